import { afterEach, describe, expect, test, vi } from 'vitest';
import { createGrantedLease } from '../../../subgraphs/consent/grantedLease.ts';

const LEASE_MS = 30_000;
const HERE = `${'a'.repeat(40)}/0`;
const OTHER_DATABASE = `${'a'.repeat(40)}/1`;
const OTHER_SERVER = `${'b'.repeat(40)}/0`;

/** A writer's cache that deletes at `place`; `answers`: whether its Redis still does. */
function deletingAt(place: string | null, answers: 'it answers' | 'it is silent' = 'it answers') {
  return {
    place: () => place,
    reaches: (theirs: string | null) => theirs !== null && theirs === place,
    confirm: async (named: string) => await Promise.resolve(answers === 'it answers' && named === place),
  };
}

function openLease(cache: Parameters<typeof createGrantedLease>[0]['cache']) {
  const told: string[] = [];
  const lease = createGrantedLease({
    cache,
    leaseMs: LEASE_MS,
    onError: ({ message }) => void told.push(/another \w+/.exec(message)?.[0] ?? message),
  });
  return { lease, told };
}

afterEach(() => vi.useRealTimers());

test.each([
  { name: 'it is deleted', cache: deletingAt(HERE), keptAt: HERE, expected: LEASE_MS, told: [] },
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
  {
    name: 'one server is deleted from and a Cluster keeps it',
    cache: deletingAt(HERE),
    keptAt: 'cluster',
    expected: 0,
    told: ['another server'],
  },
  { name: 'the gateway does not say', cache: deletingAt(HERE), keptAt: null, expected: 0, told: [] },
  {
    name: 'the server that is deleted from has gone silent',
    cache: deletingAt(HERE, 'it is silent'),
    keptAt: OTHER_SERVER,
    expected: 0,
    told: [],
  },
  { name: 'nothing is deleted from for now', cache: deletingAt(null), keptAt: HERE, expected: 0, told: [] },
  { name: 'neither is known for now', cache: deletingAt(null), keptAt: null, expected: 0, told: [] },
  { name: 'nobody deletes', cache: null, keptAt: HERE, expected: 0, told: [] },
  {
    name: 'no deletion is relied on',
    cache: { place: () => null, reaches: () => true, confirm: async () => false },
    keptAt: OTHER_SERVER,
    expected: LEASE_MS,
    told: [],
  },
])('the lease where $name', async ({ cache, keptAt, expected, told }) => {
  const opened = openLease(cache);
  expect(opened.lease.at(keptAt)).toBe(expected);
  await new Promise(setImmediate);
  expect(opened.told).toEqual(told);
  // It was granted nothing here, but perhaps by another instance.
  expect(opened.lease.isKeptElsewhere()).toBe(told.length > 0);
});

describe('a gateway that keeps consents elsewhere', () => {
  test('is told of once a minute, and remembered for ten', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { lease, told } = openLease(deletingAt(HERE));
    for (let read = 0; read < 1_000; read += 1) {
      lease.at(read % 2 === 0 ? OTHER_DATABASE : OTHER_SERVER);
      await Promise.resolve();
    }
    await new Promise(setImmediate);
    expect(told).toHaveLength(1);
    vi.advanceTimersByTime(61_000);
    lease.at(OTHER_SERVER);
    await new Promise(setImmediate);
    expect(told).toHaveLength(2);
    vi.advanceTimersByTime(599_000);
    expect(lease.isKeptElsewhere()).toBe(true);
    vi.advanceTimersByTime(2_000);
    expect(lease.isKeptElsewhere()).toBe(false);
  });

  test('is not forgotten for another that keeps them where they are deleted', async () => {
    const { lease } = openLease(deletingAt(HERE));
    lease.at(OTHER_DATABASE);
    await new Promise(setImmediate);
    expect(lease.at(HERE)).toBe(LEASE_MS);
    expect(lease.isKeptElsewhere()).toBe(true);
  });
});
