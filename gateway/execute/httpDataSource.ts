import type { GraphQLDataSource } from '@apollo/gateway';
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

/** The default data source: GraphQL over HTTP, by POST, on kept-alive connections. */
export function httpDataSource(options: HttpDataSourceOptions): GraphQLDataSource {
  const { name, url, dispatcher, timeoutMs } = options;
  return {
    async process({ request: { query, variables, operationName } }) {
      const extra = (await options.headers?.()) ?? {};
      const response = await request(url, {
        method: 'POST',
        dispatcher,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          ...extra,
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
        },
        body: JSON.stringify({ query, variables, operationName }),
      });
      const text = await response.body.text();
      return readAnswer(name, response.statusCode, text);
    },
  };
}

/** A GraphQL answer counts whatever its status, as GraphQL over HTTP says; anything else is an error. */
function readAnswer(name: string, status: number, text: string): Answer {
  const answer = parse(text);
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

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
