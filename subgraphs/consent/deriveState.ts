import type { ConsentEntry, ConsentState } from '../../policies/consent/state.ts';
import type { ConsentEvent } from './tables.ts';

/** What of an event the state depends on. */
export type StateEvent = Pick<
  ConsentEvent,
  'purpose' | 'recipient' | 'eventState' | 'eventTime' | 'validityDuration' | 'collectionMethod'
>;

const DAY_MS = 86_400_000;

/**
 * The state that a subject's events, oldest first, add up to. It does not depend on the present time, so it
 * may be kept: an expired permission is still stated, with its end.
 *
 * - The latest event for a purpose and recipient counts, except that an objection is lifted by a later
 *   `GIVEN` only: withdrawing consent after objecting must not make the objection go away.
 * - A `GIVEN` that has an end stands beside the denial that it lifts, which stands alone again afterwards.
 * - Erasure forgets all that permits (given consents, service use, acquisition) and nothing that forbids.
 * - Suspension ends with `RESUMED` alone.
 */
export function deriveState(subject: string, events: readonly StateEvent[]): Omit<ConsentState, 'reference'> {
  const denials = new Map<string, ConsentEntry>();
  const permissions = new Map<string, ConsentEntry>();
  const collectionMethods = new Set<string>();
  let suspended = false;
  let lastServiceUse: number | null = null;

  for (const event of events) {
    switch (event.eventState) {
      case 'GIVEN': {
        const entry = entryOf(event, event.eventState);
        permissions.set(keyOf(event), entry);
        // INVARIANT: a permission with an end takes no denial back for good.
        // Test: test/subgraphs/consent/deriveState.test.ts, "takes no denial back for good".
        if (entry.expiresAt === null) denials.delete(keyOf(event));
        break;
      }
      case 'REFUSED':
      case 'WITHDRAWN':
      case 'OBJECTED': {
        const objected = denials.get(keyOf(event))?.state === 'OBJECTED';
        denials.set(keyOf(event), entryOf(event, objected ? 'OBJECTED' : event.eventState));
        permissions.delete(keyOf(event));
        break;
      }
      case 'SUSPENDED':
        suspended = true;
        break;
      case 'RESUMED':
        suspended = false;
        break;
      case 'SERVICE_USED':
        lastServiceUse = event.eventTime.getTime();
        break;
      case 'ACQUIRED':
        if (event.collectionMethod !== null) collectionMethods.add(event.collectionMethod);
        break;
      case 'ERASED':
        permissions.clear();
        collectionMethods.clear();
        lastServiceUse = null;
        break;
    }
  }
  return {
    subject,
    suspended,
    lastServiceUse,
    collectionMethods: [...collectionMethods],
    entries: [...denials.values(), ...permissions.values()].toSorted((a, b) => a.at - b.at),
  };
}

function keyOf({ purpose, recipient }: StateEvent): string {
  return JSON.stringify([purpose, recipient]);
}

function entryOf(event: StateEvent, state: ConsentEntry['state']): ConsentEntry {
  const at = event.eventTime.getTime();
  const days = /^P(\d+)D$/.exec(event.validityDuration ?? '')?.[1];
  return {
    purpose: event.purpose ?? '',
    recipient: event.recipient,
    state,
    at,
    expiresAt: days === undefined ? null : at + Number(days) * DAY_MS,
  };
}
