import type { ReadSource } from '../../../policies/consent/cache.ts';
import type { ConsentEntry, ConsentState } from '../../../policies/consent/state.ts';

/** Of tests that do not wait for an end. */
export const LEASE_MS = 30_000;

function stateOf(subject: string, state: ConsentEntry['state'], at: number): ConsentState {
  return {
    subject,
    suspended: false,
    lastServiceUse: 500,
    collectionMethods: ['telephone'],
    entries: [{ purpose: 'marketing', recipient: null, state, at, expiresAt: null }],
    reference: 'reference-of-u-1',
  };
}

/** The state of a subject who has consented. */
export const given = (subject: string): ConsentState => stateOf(subject, 'GIVEN', 1_000);

/** The state of the same subject after the withdrawal. */
export const withdrawn = (subject: string): ConsentState => stateOf(subject, 'WITHDRAWN', 2_000);

/** A source that answers what `state` gives at the time of reading, after `meanwhile`. */
export function source(
  state: (subject: string) => ConsentState,
  meanwhile: () => Promise<unknown> = async () => undefined,
  leaseMs = LEASE_MS,
): ReadSource {
  return async (subjects) => {
    const states = subjects.map((subject) => state(subject));
    await meanwhile();
    return { leaseMs, states };
  };
}

/** A source for reads that the cache has to answer. */
export const unreachable: ReadSource = async () =>
  await Promise.reject(new Error('The source must not be read here.'));
