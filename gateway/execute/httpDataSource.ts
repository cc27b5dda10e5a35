import type { GraphQLDataSource } from '@apollo/gateway';
import { Kind, OperationTypeNode, parse, type DocumentNode } from 'graphql';
import type { Dispatcher } from 'undici';
import { TIMEOUT_HEADER } from '../limits/deadline.ts';
import type { ForwardedHeaders } from './forwardedHeaders.ts';
import { post } from './post.ts';
import { createRequestBodies, type RequestParts } from './requestBodies.ts';
import { signalOf, timeLeft } from './requestSignal.ts';
import type { DataSource } from './services.ts';
import { SubgraphHttpError } from './subgraphHttpError.ts';

/** Options of `httpDataSource`. */
export interface HttpDataSourceOptions {
  readonly name: string;
  readonly url: string;
  readonly dispatcher: Dispatcher;
  /** From sending to the last byte of the answer, in ms. */
  readonly timeoutMs: number;
  /** How long an answer may be, in bytes; default 64 MiB. */
  readonly maxAnswerBytes?: number;
  /** When queries that nobody waits for are cut off; see `post`; default `at-once`. */
  readonly cutOff?: 'at-once' | 'with-answer';
  /** Which headers of the client's request go on; by default none. */
  readonly forwarded?: ForwardedHeaders;
  /** Prints the body of each call; data sources that are asked side by side may have one together. */
  readonly bodyOf?: (parts: RequestParts) => string;
  /** Headers beside those of GraphQL over HTTP; asked for before each call. */
  readonly headers?: () => Promise<Readonly<Record<string, string>>>;
}

/** No answer of a subgraph may exhaust the gateway's memory. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

const ACCEPT = 'application/graphql-response+json, application/json';

/**
 * The default data source: GraphQL over HTTP, by POST, on kept-alive connections. A query is sent once more where
 * its connection was lost before an answer came, and given up where its request's signal is aborted
 * (see `withSignal`). Subgraphs are told by `x-request-timeout` how many ms are left before the answer is due.
 *
 * @throws TypeError for what is no URL.
 */
export function httpDataSource(options: HttpDataSourceOptions): DataSource {
  const {
    name,
    dispatcher,
    timeoutMs,
    maxAnswerBytes = MAX_ANSWER_BYTES,
    cutOff = 'at-once',
    forwarded,
    bodyOf = createRequestBodies(),
  } = options;
  const { origin, pathname, search } = new URL(options.url);
  const path = pathname + search;
  return {
    leavesRequests: true,
    async process(given) {
      const { query, variables, operationName, http } = given.request;
      const document = 'document' in given ? given.document : undefined;
      const headers = ['content-type', 'application/json', 'accept', ACCEPT];
      if (forwarded !== undefined && 'incomingRequestContext' in given) {
        headers.push(...forwarded(given.incomingRequestContext.request.http?.headers));
      }
      const traceParent = http?.headers.get('traceparent') ?? null;
      if (traceParent !== null) headers.push('traceparent', traceParent);
      if (options.headers !== undefined) headers.push(...Object.entries(await options.headers()).flat());
      const left = timeLeft(given.context);
      if (left !== null) headers.push(TIMEOUT_HEADER, String(left));
      const effect = isQuery(document ?? parse(query ?? '')) ? 'reads' : 'may-write';
      const { status, text } = await post({
        name,
        dispatcher,
        origin,
        path,
        headers,
        body: bodyOf({ query, variables, operationName }),
        // When the answer is due, the signal says so; a timer beside it would make that look like the subgraph's fault.
        timeoutMs,
        maxBytes: maxAnswerBytes,
        signal: signalOf(given.context),
        effect,
        cutOff,
      });
      return readAnswer(name, status, text);
    },
  };
}

function isQuery({ definitions }: DocumentNode): boolean {
  return definitions.every(
    (definition) =>
      definition.kind !== Kind.OPERATION_DEFINITION || definition.operation === OperationTypeNode.QUERY,
  );
}

/** A GraphQL answer counts whatever its status, as GraphQL over HTTP says; anything else is an error. */
function readAnswer(name: string, status: number, text: string): Answer {
  const answer = parseJson(text);
  if (!isGraphQLAnswer(answer)) {
    throw new SubgraphHttpError(
      `Subgraph "${name}" answered ${status}; expected JSON with "data", an object, or "errors", a list.`,
      'EBADANSWER',
    );
  }
  return answer;
}

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

function isGraphQLAnswer(answer: unknown): answer is Answer {
  if (!isObject(answer)) return false;
  const { data, errors } = answer;
  // Some servers write `"errors": null` where there are none.
  const isFree = errors === undefined || errors === null || (Array.isArray(errors) && errors.length === 0);
  const hasFailed = Array.isArray(errors) && errors.length > 0 && errors.every(isObject);
  return data === undefined ? hasFailed : (data === null || isObject(data)) && (isFree || hasFailed);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
