import type { ApolloServerPlugin } from '@apollo/server';
import { isValueNode, Kind, print, type GraphQLError, type GraphQLFormattedError } from 'graphql';
import { CALLER_HEADERS } from './caller.ts';

/** Suggestions of graphql-js, which would name fields that a caller was not told of. */
const SUGGESTION = / Did you mean .*$/su;

/** A syntax error up to the kind of token that was not expected; what follows is the token's own text. */
const UP_TO_TOKEN = /^Syntax Error: (?:Expected (?:"[^"]*"|\w+), found|Unexpected) (?:[A-Z]\w*)(?= ")/u;

/** What a required input that is missing is told by: names of the schema alone. */
const MISSING_INPUT = /^Field "\w+\.\w+" of required type "[\w![\]]+" was not provided\.$/u;

/** Ours by which no answer is kept by caches, and errors of the framework say no more than they must. */
export function privacyPlugin(): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ overallCachePolicy }) {
          overallCachePolicy.restrict({ maxAge: 0, scope: 'PRIVATE' });
        },
        async willSendResponse({ response, errors = [] }) {
          // INVARIANT: what one caller was shown is kept for nobody else (test/leaks/cacheHeaders.test.ts).
          response.http.headers.set('cache-control', 'private, no-store');
          response.http.headers.set('vary', CALLER_HEADERS.join(', '));
          if (response.body.kind !== 'single') return;
          const { singleResult } = response.body;
          if (singleResult.errors !== undefined) {
            response.body = {
              kind: 'single',
              singleResult: {
                ...singleResult,
                errors: singleResult.errors.map((error, index) => withoutDetails(error, errors[index])),
              },
            };
          }
        },
      };
    },
  };
}

/**
 * INVARIANT: what a query says as a value is quoted by no error (test/leaks/coercionErrors.test.ts,
 * test/leaks/malformedBodies.test.ts), since clients log errors and values may be personal.
 */
function withoutDetails(
  error: GraphQLFormattedError,
  original: GraphQLError | undefined,
): GraphQLFormattedError {
  const { stacktrace: _, ...extensions } = error.extensions ?? {};
  const message = error.message.replace(SUGGESTION, '');
  switch (extensions['code']) {
    case 'GRAPHQL_PARSE_FAILED':
      return { ...error, message: withoutToken(message), extensions };
    case 'GRAPHQL_VALIDATION_FAILED':
      return { ...error, message: withoutValue(message, original), extensions };
    default:
      return { ...error, message, extensions };
  }
}

function withoutToken(message: string): string {
  const upToToken = UP_TO_TOKEN.exec(message)?.[0];
  return upToToken === undefined ? message : `${upToToken}.`;
}

/** Cuts a message of the rule about values where it begins to quote one. */
function withoutValue(message: string, original: GraphQLError | undefined): string {
  const node = original?.nodes?.find((each) => isValueNode(each) && each.kind !== Kind.VARIABLE);
  if (node === undefined || MISSING_INPUT.test(message)) return message;
  const quoted = message.indexOf(print(node));
  if (quoted <= 0) return 'A value does not have the type that the schema expects.';
  return `${message.slice(0, quoted).replace(/[:,]?\s*(?:found\s*)?$/u, '')}.`;
}
