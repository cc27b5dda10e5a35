import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** A token that was accepted: what it says, and when it expires, in ms since the epoch. */
export interface Accepted<Claims> {
  readonly claims: Claims;
  readonly expires: number;
}

const MAX_TOKENS = 10_000;

/** How long what was verified is believed. */
const BELIEVED_MS = 60_000;

/**
 * Verifies each token at most once a minute: a signature costs more than the rest of a small request. What was
 * verified by other keys than those in force is not believed. Tokens that are refused are not remembered, and of those
 * that are accepted nothing is kept that could be sent again.
 *
 * INVARIANT: only the very text that was verified is believed, by the keys that are in force, for a minute, and not
 * once it has expired (test/gateway/callers/rememberTokens.test.ts).
 *
 * @param verify rejects what is not to be accepted.
 * @param keys what `verify` verifies by at the moment; `null`: nothing, and nothing is believed either.
 */
export function rememberTokens<Claims extends object>(
  verify: (token: string) => Promise<Accepted<Claims>>,
  keys: () => object | null,
): (token: string) => Promise<Claims> {
  const remembered = new LRUCache<string, Remembered<Claims>>({ max: MAX_TOKENS });
  return async (token) => {
    const name = hash('sha256', token, 'base64url');
    const known = remembered.get(name);
    const asked = Date.now();
    const by = keys();
    if (known !== undefined && by !== null && known.by === by) {
      // A clock that was set back tells nothing of how long ago it was.
      if (known.since <= asked && asked < known.until) return known.claims;
    }
    remembered.delete(name);
    const { claims, expires } = await verify(token);
    // Should the keys have changed meanwhile, it is verified again next time.
    remembered.set(name, { claims, by, since: asked, until: Math.min(asked + BELIEVED_MS, expires) });
    return claims;
  };
}

interface Remembered<Claims> {
  readonly claims: Claims;
  readonly by: object | null;
  readonly since: number;
  readonly until: number;
}
