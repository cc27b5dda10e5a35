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
 * - Erasure forgets all that permits (given consents, service use, acquisition) and nothing that forbids.
 * - Suspension ends with `RESUMED` alone.
 */
export function deriveState(subject: string, events: readonly StateEvent[]): ConsentState {
  const entries = new Map<string, ConsentEntry>();
  const collectionMethods = new Set<string>();
  let suspended = false;
  let lastServiceUse: number | null = null;

  for (const event of events) {
    switch (event.eventState) {
      case 'GIVEN':
      case 'REFUSED':
      case 'WITHDRAWN':
      case 'OBJECTED': {
        const entry = entryOf(event, event.eventState);
        const key = JSON.stringify([entry.purpose, entry.recipient]);
        const objected = entries.get(key)?.state === 'OBJECTED' && entry.state !== 'GIVEN';
        entries.set(key, objected ? { ...entry, state: 'OBJECTED' } : entry);
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
        for (const [key, entry] of entries) if (entry.state === 'GIVEN') entries.delete(key);
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
    entries: [...entries.values()],
  };
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
