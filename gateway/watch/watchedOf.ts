import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { silentSpans } from './requestSpans.ts';
import { newTraceId, traceParentOf } from './traceParent.ts';
import { watchRequest, type WatchedRequest } from './watchedRequest.ts';

/** A key that no client, and no other part of a server, can put anything under. */
const WATCHED: unique symbol = Symbol('watched');

/**
 * Puts the watched request where whatever answers it finds it: into its context value. One that cannot be changed is
 * left as it is, and its request is answered unwatched.
 */
export function putWatched(context: object, watched: WatchedRequest): void {
  Reflect.set(context, WATCHED, watched);
}

/** What is watched of a request; something that tells nobody where nothing is. */
export function watchedOf({
  context,
  request,
}: Pick<GatewayGraphQLRequestContext, 'context' | 'request'>): WatchedRequest {
  const watched = watchedIn(context);
  if (watched !== null) return watched;
  const traceId = traceParentOf(request.http?.headers)?.traceId ?? newTraceId();
  return watchRequest({
    spans: silentSpans(traceId, null),
    metrics: null,
    within: async (_, work) => await work(),
    onEnded: () => undefined,
  });
}

/** The watched request in a context value; `null`: there is none. */
export function watchedIn(context: object | undefined): WatchedRequest | null {
  if (context === undefined || !(WATCHED in context)) return null;
  return isWatched(context[WATCHED]) ? context[WATCHED] : null;
}

/** Nothing but what `putWatched` put there stands under its key. */
function isWatched(value: unknown): value is WatchedRequest {
  return typeof value === 'object' && value !== null;
}
