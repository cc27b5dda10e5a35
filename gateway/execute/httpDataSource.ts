import type { GraphQLDataSource } from '@apollo/gateway';
import { Kind, OperationTypeNode, parse } from 'graphql';
import { request, type Dispatcher } from 'undici';

/** Options of `httpDataSource`. */
export interface HttpDataSourceOptions {
  readonly name: string;
  readonly url: string;
  readonly dispatcher: Dispatcher;
  /** From sending to the last byte of the answer, in ms. */
  readonly timeoutMs: number;
  /** Headers beside those of GraphQL over HTTP; asked for before each call. */
  readonly headers?: () => Promise<Readonly<Record<string, string>>>;
}

/** A subgraph that did not answer as GraphQL over HTTP says. Its message quotes nothing that was sent. */
export class SubgraphHttpError extends Error {
  override readonly name = 'SubgraphHttpError';
}

/**
 * The default data source: GraphQL over HTTP, by POST, on kept-alive connections. A query is sent once more where
 * its connection was lost before an answer came.
 */
export function httpDataSource(options: HttpDataSourceOptions): GraphQLDataSource {
  const { name, url, dispatcher, timeoutMs } = options;
  return {
    async process({ request: { query, variables, operationName } }) {
      const extra = (await options.headers?.()) ?? {};
      const send = async (): ReturnType<typeof request> => await request(url, call);
      const call = {
        method: 'POST',
        dispatcher,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          ...extra,
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
        },
        body: JSON.stringify({ query, variables, operationName }),
      } as const;
      const response = await send().catch(async (error: unknown) => {
        // While planning kept the event loop busy, the subgraph may have given up the connection that was used.
        if (wasCutOff(error) && isQuery(query)) return await send();
        throw error;
      });
      const text = await response.body.text();
      return readAnswer(name, response.statusCode, text);
    },
  };
}

const CUT_OFF: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Whether a call lost its connection before an answer came. Time-outs and refused connections are something else. */
function wasCutOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && CUT_OFF.has(error.code);
}

/** INVARIANT: what may write is never sent twice (test/gateway/execute/httpDataSource.test.ts). */
function isQuery(query: string | undefined): boolean {
  return parse(query ?? '').definitions.every(
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
