import type { CallerClaims } from '../../policies/admit.ts';
import { compileClaimPath, type ClaimPath, type ReadClaim } from './claimPath.ts';

/** What a verified token says of its bearer. */
export type TokenClaims = Omit<CallerClaims, 'purpose' | 'recipient'>;

/** Where a token says what. What is left out stands where Sudare's own tokens have it. */
export interface ClaimMapping {
  /** The client's id, as the policy registers it; default `client_id` (RFC 9068). */
  readonly client?: ClaimPath;
  /**
   * The signed-in person; default `end_user`, a subject id with its namespace. `prefix` is put before it: `user:` makes
   * a subject id of a plain `sub`.
   */
  readonly endUser?: { readonly claim: ClaimPath; readonly prefix?: string };
  /** Who operates the client; default `/act/sub` (RFC 8693). */
  readonly actor?: ClaimPath;
  /** An exception of the policy, as an object; default `ground`. */
  readonly ground?: ClaimPath;
  /** What the token may be used for; default `purposes`, a list, without which all of the client's may be declared. */
  readonly purposes?: PurposesMapping;
}

/** Where a token says what it may be used for. */
export interface PurposesMapping {
  readonly claim: ClaimPath;
  /**
   * Takes a list or words between spaces, such as `scope`, of which those with this prefix count: with `purpose:`, the
   * scope `openid purpose:service.support` allows `service.support`. Without it the claim is a list of purposes.
   */
  readonly prefix?: string;
  /** What a token without the claim may be used for: nothing (`none`, the default), or `all` that its client may. */
  readonly absent?: 'none' | 'all';
}

/** Where Sudare's own tokens have it. */
export const USUAL_CLAIMS = {
  client: 'client_id',
  endUser: { claim: 'end_user' },
  actor: '/act/sub',
  ground: 'ground',
  purposes: { claim: 'purposes', absent: 'all' },
} as const satisfies Required<ClaimMapping>;

/** Reads a verified payload. @throws an Error for a shape that is not known. */
export type ReadClaims = (payload: Readonly<Record<string, unknown>>) => TokenClaims;

/**
 * Compiles where a token says who is calling.
 *
 * INVARIANT: a claim of a shape that is not known refuses the token: it is never read as one that says nothing, which
 * for purposes would be no restriction (test/gateway/callers/claimMapping.test.ts).
 *
 * @throws an Error for a path that cannot be.
 */
export function compileClaimMapping(mapping: ClaimMapping = {}): ReadClaims {
  const { client, endUser, actor, ground, purposes } = { ...USUAL_CLAIMS, ...mapping };
  const read = {
    client: compileClaimPath(client, 'the client'),
    endUser: compileClaimPath(endUser.claim, 'the end user'),
    actor: compileClaimPath(actor, 'the actor'),
    ground: compileClaimPath(ground, 'the ground'),
    purposes: purposesReader(purposes),
  };
  const prefix = 'prefix' in endUser ? endUser.prefix : '';
  return (payload) => {
    const person = nameOf(read.endUser, payload);
    const named = nameOf(read.client, payload);
    if (named === null) throw new Error('The token names no client.');
    return Object.freeze({
      client: named,
      endUser: person === null ? null : `${prefix}${person}`,
      actor: nameOf(read.actor, payload),
      // The policy says what a ground must hold.
      ground: read.ground(payload) ?? null,
      purposes: read.purposes(payload),
    });
  };
}

function nameOf(read: ReadClaim, payload: Parameters<ReadClaim>[0]): string | null {
  const value = read(payload);
  if (value === undefined) return null;
  if (typeof value === 'string' && value !== '') return value;
  throw new Error('Expected a name as text.');
}

function purposesReader({
  claim,
  prefix = '',
  absent = 'none',
}: PurposesMapping): (payload: Parameters<ReadClaim>[0]) => readonly string[] | null {
  const read = compileClaimPath(claim, 'the purposes');
  return (payload) => {
    const value = read(payload);
    if (value === undefined) return absent === 'all' ? null : [];
    const words = prefix !== '' && typeof value === 'string' ? value.split(' ') : value;
    if (!Array.isArray(words)) throw new Error('Expected a list of purposes.');
    return words.flatMap((word: unknown) => {
      if (typeof word !== 'string') throw new Error('Expected the purposes as texts.');
      return word.startsWith(prefix) ? [word.slice(prefix.length)] : [];
    });
  };
}
