import { expect, test } from 'vitest';
import { grantedLease } from '../../../subgraphs/consent/grantedLease.ts';

const HERE = `${'a'.repeat(40)}/0`;
const OTHER_DATABASE = `${'a'.repeat(40)}/1`;
const OTHER_SERVER = `${'b'.repeat(40)}/0`;

/** A writer's cache that deletes at `place`. */
function deletingAt(place: string | null) {
  return { place: () => place, reaches: (theirs: string | null) => theirs !== null && theirs === place };
}

test.each([
  { name: 'it is deleted', cache: deletingAt(HERE), keptAt: HERE, expected: 30_000, told: [] },
  {
    name: 'another database is deleted from',
    cache: deletingAt(HERE),
    keptAt: OTHER_DATABASE,
    expected: 0,
    told: ['another database'],
  },
  {
    name: 'another server is deleted from',
    cache: deletingAt(HERE),
    keptAt: OTHER_SERVER,
    expected: 0,
    told: ['another server'],
  },
  { name: 'the gateway does not say', cache: deletingAt(HERE), keptAt: null, expected: 0, told: [] },
  {
    name: 'it is not known for now where is deleted',
    cache: deletingAt(null),
    keptAt: HERE,
    expected: 0,
    told: [],
  },
  {
    name: 'neither is known for now',
    cache: deletingAt(null),
    keptAt: null,
    expected: 0,
    told: [],
  },
  { name: 'nobody deletes', cache: null, keptAt: HERE, expected: 0, told: [] },
  {
    name: 'no deletion is relied on',
    cache: { place: () => null, reaches: () => true },
    keptAt: OTHER_SERVER,
    expected: 30_000,
    told: [],
  },
])('the lease where $name', ({ cache, keptAt, expected, told }) => {
  const errors: string[] = [];
  const leaseAt = grantedLease({
    cache,
    leaseMs: 30_000,
    onError: ({ message }) => void errors.push(message),
  });
  expect([leaseAt(keptAt), leaseAt(keptAt)]).toEqual([expected, expected]);
  // Once, not at each read.
  expect(errors).toEqual(told.map((each) => expect.stringContaining(each)));
});
