import { randomUUID } from 'node:crypto';
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import type { SubgraphError } from './execute/executor.ts';

type WithRequest = Pick<GatewayGraphQLRequestContext, 'request'>;

/** What the gateway writes to its log. */
export interface Log {
  /** A subgraph failed for one request. */
  subgraphError(error: SubgraphError, requestContext: WithRequest): void;
  /** Something failed that should not have. */
  readonly failure: (event: string, error: unknown) => void;
  /** A problem whose error has words of ours: about schemas, files and servers, never about people. */
  readonly refused: (event: string, error: unknown) => void;
  info(event: string, details?: Readonly<Record<string, unknown>>): void;
  /** The trace id of a request's `traceparent` (W3C Trace Context), or one of its own. */
  traceId(requestContext: WithRequest): string;
}

/**
 * Creates the log.
 *
 * INVARIANT: neither a subgraph's words nor an error's message are written, since both may quote what was asked
 * or found (test/leaks/logs.test.ts): kinds, codes, names and paths are.
 */
export function createLog(logger: Logger): Log {
  const traceIds = new WeakMap<object, string>();

  const traceId: Log['traceId'] = ({ request }) => {
    const known = traceIds.get(request);
    if (known !== undefined) return known;
    const parent = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/.exec(
      request.http?.headers.get('traceparent') ?? '',
    );
    const id = parent?.[1] ?? randomUUID().replaceAll('-', '');
    traceIds.set(request, id);
    return id;
  };

  return {
    traceId,
    subgraphError(error, requestContext) {
      logger.warn(
        {
          traceId: traceId(requestContext),
          subgraph: error.subgraph,
          path: error.path,
          ...kindOf(error.cause),
        },
        'subgraph error',
      );
    },
    failure(event, error) {
      logger.error(kindOf(error), event);
    },
    refused(event, error) {
      logger.error({ problem: error instanceof Error ? error.message : String(error) }, event);
    },
    info(event, details = {}) {
      logger.info(details, event);
    },
  };
}

/** What kind of failure it was, by names and codes alone. */
function kindOf(error: unknown): { readonly error: string; readonly code?: string; readonly at?: string } {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  const code = codeOf(cause) ?? codeOf(cause instanceof Error ? cause.cause : undefined);
  const name = cause instanceof Error ? cause.name : typeof cause;
  const at = cause instanceof Error ? placeOf(cause) : undefined;
  return { error: name, ...(code === undefined ? {} : { code }), ...(at === undefined ? {} : { at }) };
}

/** The first stack frame, which names a place in the code. A message may hold lines that look like one. */
function placeOf({ message, stack = '' }: Error): string | undefined {
  const header = stack.indexOf(message);
  return header < 0 ? undefined : /^\n\s+(at .+)/.exec(stack.slice(header + message.length))?.[1];
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string' && /^[A-Z\d_]{1,64}$/.test(error.code))
    return error.code;
  return 'extensions' in error ? codeOf(error.extensions) : undefined;
}
