import type { ApolloServerPlugin } from '@apollo/server';
import { CALLER_HEADERS } from './callers/caller.ts';
import { rebuiltError } from './rebuiltError.ts';

/** Ours by which no answer is kept by caches, and errors of the framework say no more than they must. */
export function privacyPlugin(): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ overallCachePolicy }) {
          restrictCaching(overallCachePolicy);
        },
        async willSendResponse({ response }) {
          // INVARIANT: what one caller was shown is kept for nobody else (test/leaks/cacheHeaders.test.ts).
          response.http.headers.set('cache-control', 'private, no-store');
          response.http.headers.set('vary', varyWith(response.http.headers.get('vary')));
          if (response.body.kind !== 'single') return;
          const { singleResult } = response.body;
          if (singleResult.errors !== undefined) {
            response.body = {
              kind: 'single',
              singleResult: { ...singleResult, errors: singleResult.errors.map(rebuiltError) },
            };
          }
        },
      };
    },
  };
}

/** What decided an answer, beside what others say that it depends on, such as `Origin`. */
function varyWith(others: string | undefined): string {
  const names = (others ?? '').split(',').map((name) => name.trim());
  return [...new Set([...names.filter((name) => name !== ''), ...CALLER_HEADERS])].join(', ');
}

/**
 * Keeps an answer out of the response caches of Apollo Server.
 *
 * INVARIANT: they keep no answer, whatever a schema or a subgraph hints (test/leaks/responseCaches.test.ts).
 *
 * @param policy the request's overall cache policy; Apollo's interface for gateways has no type for it.
 */
export function restrictCaching(policy: unknown): void {
  if (typeof policy !== 'object' || policy === null || !('restrict' in policy)) return;
  if (typeof policy.restrict === 'function') policy.restrict({ maxAge: 0, scope: 'PRIVATE' });
}
