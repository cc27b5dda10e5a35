import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import { CALLER_HEADERS } from './caller.ts';
import { withoutValues } from './withoutValues.ts';

/** Suggestions of graphql-js, which would name fields that a caller was not told of. */
const SUGGESTION = / Did you mean .*$/su;

/** Ours by which no answer is kept by caches, and errors of the framework say no more than they must. */
export function privacyPlugin(): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ overallCachePolicy }) {
          overallCachePolicy.restrict({ maxAge: 0, scope: 'PRIVATE' });
        },
        async willSendResponse({ response }) {
          // INVARIANT: what one caller was shown is kept for nobody else (test/leaks/cacheHeaders.test.ts).
          response.http.headers.set('cache-control', 'private, no-store');
          response.http.headers.set('vary', CALLER_HEADERS.join(', '));
          if (response.body.kind !== 'single') return;
          const { singleResult } = response.body;
          if (singleResult.errors !== undefined) {
            response.body = {
              kind: 'single',
              singleResult: { ...singleResult, errors: singleResult.errors.map(withoutDetails) },
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
function withoutDetails(error: GraphQLFormattedError): GraphQLFormattedError {
  const { stacktrace: _, ...extensions } = error.extensions ?? {};
  const message = withoutValues(error.message.replace(SUGGESTION, ''), extensions['code']);
  return { ...error, message, extensions };
}
