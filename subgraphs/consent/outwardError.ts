import type { GraphQLFormattedError } from 'graphql';

/** Errors that say what the caller can do; any other is about us and may quote values. */
const SAID_TO_CALLERS: ReadonlySet<unknown> = new Set([
  'CONSENT_WRITE_FORBIDDEN',
  'CONSENT_READ_FORBIDDEN',
  'TOO_MANY_CONNECTIONS',
  'ACCESSES_BUSY',
  'TOO_MANY_OPEN_REQUESTS',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
]);

/** What of an error goes out: the database's errors quote the values that they were about. */
export function outwardError(error: GraphQLFormattedError): GraphQLFormattedError {
  if (SAID_TO_CALLERS.has(error.extensions?.['code'])) return error;
  return {
    message: 'The consent store could not do this. Try again; its log says what failed.',
    ...(error.path === undefined ? {} : { path: error.path }),
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  };
}
