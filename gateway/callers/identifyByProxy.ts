import { refusal } from '../errors.ts';
import { declaredIn, type Identify } from './caller.ts';
import type { ProxyIdentity } from './proxyIdentity.ts';

/**
 * Identifies by a client's certificate, of which a proxy that is believed tells. `byToken`, where there is one,
 * identifies those that come without a certificate, and must name the same client where both are there; what a token
 * adds or restricts then counts.
 *
 * INVARIANT: what is said of a certificate counts from proxies that are believed alone, and for the client of the
 * token that came with it (test/gateway/callers/proxyIdentity.test.ts).
 */
export function identifyByProxy(clientOf: ProxyIdentity, byToken: Identify | null): Identify {
  return async (headers, peer = null) => {
    const client = clientOf(headers, peer);
    if (client === null) {
      if (byToken !== null) return await byToken(headers, peer);
      throw refusal('UNAUTHENTICATED', 'Call through the proxy, with a client certificate.');
    }
    if (byToken === null || (headers.get('authorization') ?? '') === '') {
      return { client, endUser: null, actor: null, ground: null, purposes: null, ...declaredIn(headers) };
    }
    const claims = await byToken(headers, peer);
    if (claims.client === client) return claims;
    throw refusal('UNAUTHENTICATED', 'Token and certificate name different clients.');
  };
}
