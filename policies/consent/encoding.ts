import { LRUCache } from 'lru-cache';
import type { ConsentEntry, ConsentState } from './state.ts';

const STATES = ['GIVEN', 'REFUSED', 'WITHDRAWN', 'OBJECTED'] as const;

/**
 * A consent state as the cache keeps it: compact JSON without the subject's id, which only the key stands
 * for, as a keyed hash.
 */
export function encodeState(state: ConsentState): string {
  return JSON.stringify([
    state.suspended ? 1 : 0,
    state.lastServiceUse,
    state.collectionMethods,
    state.entries.map((entry) => [
      entry.purpose,
      entry.recipient,
      STATES.indexOf(entry.state),
      entry.at,
      entry.expiresAt,
    ]),
    state.reference,
  ]);
}

/**
 * Reads back what `encodeState` wrote; `null` for anything else. Written by hand because one response may
 * need a thousand of them.
 */
export function decodeState(subject: string, text: string): ConsentState | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  // INVARIANT: a malformed cache entry is a miss, never a permission.
  // Test: test/policies/consent/encoding.test.ts, "reads nothing from".
  if (!Array.isArray(value) || value.length !== 5) return null;
  const [suspended, lastServiceUse, collectionMethods, rows, reference] = value as readonly unknown[];
  if (suspended !== 0 && suspended !== 1) return null;
  if (!isTimeOrNull(lastServiceUse) || !isStrings(collectionMethods) || !Array.isArray(rows)) return null;
  if (reference !== null && typeof reference !== 'string') return null;
  const entries: ConsentEntry[] = [];
  for (const row of rows as readonly unknown[]) {
    const entry = decodeEntry(row);
    if (entry === null) return null;
    entries.push(entry);
  }
  return { subject, suspended: suspended === 1, lastServiceUse, collectionMethods, entries, reference };
}

/** Entries of a cache, with the states they were read as; some 50 MB of them. */
const REMEMBERED = { max: 50_000, maxSize: 10_000_000 };

/**
 * A `decodeState` that remembers, for each subject, the last text and what it said. It spares the reading alone:
 * whether a text still holds is for the caller to find out each time. States are shared between requests.
 *
 * INVARIANT: another text is read anew, and one subject's text says nothing of another
 * (test/policies/consent/encoding.test.ts).
 */
export function createStateDecoder(): typeof decodeState {
  const remembered = new LRUCache<string, Remembered>({
    ...REMEMBERED,
    sizeCalculation: ({ text }, subject) => text.length + subject.length + 1,
  });
  return (subject, text) => {
    // Peeked at, as in `subjectKeys`.
    const last = remembered.peek(subject);
    if (last?.text === text) return last.state;
    const state = decodeState(subject, text);
    if (state === null) return null;
    remembered.set(subject, { text, state: frozen(state) });
    return state;
  };
}

interface Remembered {
  readonly text: string;
  readonly state: ConsentState;
}

/** But for its lists, which the engine goes through several times slower once they are frozen. */
function frozen(state: ConsentState): ConsentState {
  for (const entry of state.entries) Object.freeze(entry);
  return Object.freeze(state);
}

function decodeEntry(row: unknown): ConsentEntry | null {
  if (!Array.isArray(row) || row.length !== 5) return null;
  const [purpose, recipient, index, at, expiresAt] = row as readonly unknown[];
  if (typeof purpose !== 'string' || purpose === '') return null;
  if (recipient !== null && (typeof recipient !== 'string' || recipient === '')) return null;
  const state = typeof index === 'number' ? STATES[index] : undefined;
  if (state === undefined || !isTime(at) || !isTimeOrNull(expiresAt)) return null;
  return { purpose, recipient, state, at, expiresAt };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

function isTimeOrNull(value: unknown): value is number | null {
  return value === null || isTime(value);
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
