import type { CheckDocument } from '../limits/checkDocument.ts';
import { checkValues } from '../limits/checkValues.ts';
import type { Limits } from '../limits/limits.ts';
import type { TrustedDocuments } from '../limits/trustedDocuments.ts';
import type { GraphqlRequest } from './readRequest.ts';

/** Options of `admitDocument`. `operations`: `null` where every document is answered. */
export interface AdmitDocumentOptions {
  readonly limits: Limits;
  readonly checkDocument: CheckDocument;
  readonly operations: TrustedDocuments | null;
}

type Parameters = Readonly<Record<string, unknown>>;

/**
 * Checks what a request asks for, before it is parsed and validated: whether the document is one of those that are
 * answered, and how much it and its variables hold. A document that was named by its id is put into the request. What is
 * no GraphQL request is left for Apollo Server to say so.
 *
 * @param client who asks, if the policy has them.
 * @throws refusals (`OPERATION_NOT_TRUSTED`, `OPERATION_TOO_LARGE`, `INPUT_TOO_LARGE`).
 */
export function admitDocument(
  request: GraphqlRequest,
  { limits, checkDocument, operations }: AdmitDocumentOptions,
  client: string | null,
): void {
  const parameters = parametersOf(request);
  if (parameters === null) return;
  const given = parameters['query'];
  let query = typeof given === 'string' ? given : null;
  const resolved =
    operations?.resolve({
      query,
      id: idOf(parameters),
      operationName: text(parameters['operationName']),
      purpose: text(request.headers.get('x-purpose')?.trim()),
      client,
    }) ?? null;
  if (resolved !== null) {
    query = resolved;
    putDocument(request, parameters, resolved);
  }
  if (query !== null) checkDocument(query);
  checkValues(parameters['variables'], limits);
  checkValues(parameters['extensions'], limits);
}

/** What was asked by either method; `null`: it is nothing that has parameters. */
function parametersOf({ method, search, body }: GraphqlRequest): Parameters | null {
  if (method === 'POST') return isRecord(body) ? body : null;
  const found = new URLSearchParams(search);
  const names = ['query', 'operationName', 'documentId', 'doc_id'];
  return {
    ...Object.fromEntries(names.map((name) => [name, found.get(name)])),
    ...Object.fromEntries(['variables', 'extensions'].map((name) => [name, parsed(found.get(name))])),
  };
}

/** That of Apollo's clients, of GraphQL over HTTP's persisted documents, or of Relay's. */
function idOf({ extensions, documentId, doc_id: relayId }: Parameters): string | null {
  const persisted = isRecord(extensions) ? extensions['persistedQuery'] : undefined;
  const hash = isRecord(persisted) ? persisted['sha256Hash'] : undefined;
  return text(hash) ?? text(documentId) ?? text(relayId);
}

/** Nothing is left that Apollo Server would look up or keep by an id that may not be the text's hash. */
function putDocument(
  request: GraphqlRequest,
  { extensions, ...parameters }: Parameters,
  query: string,
): void {
  const { persistedQuery: _, ...others } = isRecord(extensions) ? extensions : {};
  if (request.method === 'POST') {
    const left = isRecord(extensions) ? others : extensions;
    request.body = { ...parameters, query, ...(left === undefined ? {} : { extensions: left }) };
    return;
  }
  const found = new URLSearchParams(request.search);
  found.set('query', query);
  if (isRecord(extensions)) found.set('extensions', JSON.stringify(others));
  request.search = `?${found.toString()}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function parsed(json: string | null): unknown {
  try {
    return json === null ? undefined : (JSON.parse(json) as unknown);
  } catch {
    return undefined;
  }
}
