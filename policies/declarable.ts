import { declarablePurposes, type CallerClaims } from './admit.ts';
import { covers } from './covers.ts';
import { basisOf } from './decideStatically.ts';
import { nearest } from './nearest.ts';
import type { Basis, Client, Policy, Purpose } from './policy.ts';

/** What one client may declare, by its registration and its token. Keys, each list in the policy's order. */
export interface Declarable {
  readonly client: string;
  readonly recipients: readonly string[];
  /** Sorted by key. */
  readonly purposes: readonly DeclarablePurpose[];
  readonly grounds: readonly string[];
}

export interface DeclarablePurpose {
  readonly key: string;
  /** The policy's own words. */
  readonly text: string;
  readonly article: string;
  /** For those of the client's recipients that the purpose is served to. */
  readonly bases: readonly { readonly recipient: string; readonly basis: Basis }[];
  readonly lookups: readonly string[];
  /** Grounds of the client's that reach it. */
  readonly grounds: readonly string[];
}

/**
 * What the calling client may declare; `null` for one that is not registered.
 *
 * INVARIANT: it tells of the client itself and of nobody else (test/policies/declarable.test.ts).
 */
export function declarable(
  policy: Policy,
  claims: Pick<CallerClaims, 'client' | 'purposes'>,
): Declarable | null {
  const client = claims.client === null ? undefined : policy.clients.get(claims.client);
  if (client === undefined) return null;
  return {
    client: client.id,
    recipients: client.recipients,
    purposes: declarablePurposes(policy, client, claims.purposes).flatMap((key) => {
      const purpose = policy.purposes.get(key);
      return purpose === undefined ? [] : [described(policy, client, purpose)];
    }),
    grounds: client.grounds,
  };
}

function described(policy: Policy, client: Client, purpose: Purpose): DeclarablePurpose {
  const { key, text, article, lookups } = purpose;
  return {
    key,
    text,
    article,
    bases: client.recipients.flatMap((recipient) => {
      const rests = nearest(purpose.basis, recipient) === 'ground' ? ('ground' as const) : undefined;
      const basis = basisOf(policy, purpose, { ground: null, recipient }) ?? rests;
      return basis === undefined ? [] : [{ recipient, basis }];
    }),
    lookups,
    grounds: client.grounds.filter((ground) =>
      policy.grounds.get(ground)?.purposes.some((each) => covers(each, key)),
    ),
  };
}
