import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createConsentCache } from '../../../../policies/consent/cache.ts';
import type { ConsentCache, ReadSource } from '../../../../policies/consent/cache.ts';
import type { ConsentState } from '../../../../policies/consent/state.ts';
import { createSubjectKeys } from '../../../../policies/consent/redis/subjectKeys.ts';
import { moveSlot, startRedisCluster } from '../../../redisCluster.ts';
import type { ClusterNode, RedisCluster, SlotMove } from '../../../redisCluster.ts';
import { given, source, unreachable, withdrawn } from '../consentStates.ts';

const SECRET = new Uint8Array(32).fill(1);
const keys = createSubjectKeys(SECRET);
const PATIENT = { timeout: 15_000, interval: 50 };

let cluster: RedisCluster;
let cache: ConsentCache;
let errors: string[];
/** Has the slot of `alice` at first. */
let home: ClusterNode;
let away: ClusterNode;
let rest: ClusterNode;
let alice: string;

beforeAll(async () => {
  // Long enough that no node is taken for dead while MIGRATE waits for another.
  cluster = await startRedisCluster({ nodeTimeoutMs: 15_000 });
  const [first, second, third] = cluster.primaries;
  if (first === undefined || second === undefined || third === undefined) throw new Error('Expected three.');
  [home, away, rest] = [first, second, third];
}, 60_000);
afterAll(async () => await cluster.stop());

beforeEach(async () => {
  errors = [];
  cache = open();
  expect(await cache.ready(15_000)).toBe(true);
  do alice = `user:${randomUUID()}`;
  while (keys.slot(alice) * 3 >= 16_384);
});
afterEach(async () => await cache.close());

function open(): ConsentCache {
  return createConsentCache({
    redisUrl: cluster.url,
    keySecret: SECRET,
    onError: (error) => void errors.push(error.message),
  });
}

async function read(subjects: readonly string[], readSource: ReadSource): Promise<readonly ConsentState[]> {
  return await cache.readThrough(readSource)(subjects);
}

async function move(from: ClusterNode, to: ClusterNode, how: Partial<SlotMove> = {}): Promise<void> {
  await moveSlot({ slot: keys.slot(alice), from, to, others: [rest], ...how });
}

async function entryAt({ admin }: ClusterNode, runOf = home): Promise<string> {
  const runId = /run_id:(\w+)/.exec(await runOf.admin.info('server'))?.[1] ?? '';
  expect(await admin.exists(keys.entry(runId, alice))).toBe(1);
  return keys.entry(runId, alice);
}

async function untilDeleted(): Promise<void> {
  await expect.poll(async () => await cache.invalidate([alice]), PATIENT).toBe('acknowledged');
}

test('an entry that MIGRATE let live too long ends when it says itself', async () => {
  const leaseMs = 2_000;
  await read([alice], source(given, undefined, leaseMs));
  const filled = performance.now();
  await entryAt(home);

  // The node that the slot goes to is frozen while the key is on its way with what is left of its life.
  await move(home, away, {
    timeoutMs: 10_000,
    meanwhile: async () => {
      await away.server.pause();
      setTimeout(() => void away.server.resume(), leaseMs);
    },
  });
  await untilDeleted();
  await move(away, home);

  // Another gateway, which has just learnt who has the slot.
  const fresh = open();
  expect(await fresh.ready(15_000)).toBe(true);
  const entry = await entryAt(home);
  expect(performance.now() - filled).toBeGreaterThan(leaseMs);
  expect(await home.admin.pttl(entry)).toBeGreaterThan(100);
  expect(await fresh.readThrough(source(withdrawn))([alice])).toEqual([withdrawn(alice)]);
  expect(await fresh.readThrough(unreachable)([alice])).toEqual([withdrawn(alice)]);
  await fresh.close();
});

test('a fill whose marker missed the deletion and came back ends with its lease', async () => {
  const leaseMs = 3_000;
  let withdrawnAt = Infinity;
  const states = await read(
    [alice],
    source(
      given,
      async () => {
        await move(home, away);
        withdrawnAt = performance.now();
        await untilDeleted();
        await move(away, home);
      },
      leaseMs,
    ),
  );
  expect(states).toEqual([given(alice)]);
  // No server was told to delete what was stored only then: `acknowledged` does not promise more than the lease.
  for (;;) {
    const began = performance.now();
    const [state] = await read([alice], source(withdrawn));
    if (began > withdrawnAt + leaseMs) {
      expect(state).toEqual(withdrawn(alice));
      break;
    }
    await sleep(20);
  }
});

test('while a slot is on its way, no command follows it and the source answers', async () => {
  await read([alice], source(given));
  await home.admin.del(await entryAt(home));
  await away.admin.config('RESETSTAT');
  await move(home, away, {
    meanwhile: async () => {
      expect(await read([alice], source(withdrawn))).toEqual([withdrawn(alice)]);
      expect(await read([alice], source(given))).toEqual([given(alice)]);
      // The node that is about to have it cannot have been told.
      expect(await cache.invalidate([alice])).toBe('unacknowledged');
    },
  });
  expect(await away.admin.info('commandstats')).not.toContain('cmdstat_asking');
  expect(await away.admin.cluster('COUNTKEYSINSLOT', keys.slot(alice))).toBe(0);
  await untilDeleted();
  await move(away, home);
});

test('slots are followed to where they are, also to a node that has just joined', async () => {
  const joined = await cluster.addNode();
  await read([alice], source(given));
  await move(home, joined, { others: [away, rest] });
  await expect
    .poll(async () => {
      await read([alice], source(withdrawn));
      return await read([alice], unreachable).catch(() => null);
    }, PATIENT)
    .toEqual([withdrawn(alice)]);
  await entryAt(joined, joined);
  expect(errors.filter((message) => message.includes('MOVED'))).not.toEqual([]);
  // What the first node had was moved with the slot, for nobody to read.
  await entryAt(joined, home);
  await move(joined, home, { others: [away, rest] });
});

test('reads and withdrawals while slots move: nothing older than the lease is read', async () => {
  const leaseMs = 400;
  const subjects = Array.from({ length: 40 }, () => `user:${randomUUID()}`);
  const committed = new Map(
    subjects.map((subject) => [subject, { version: 0, history: [{ version: 0, at: 0 }] }]),
  );
  const stateOf = (subject: string): ConsentState => ({
    ...given(subject),
    lastServiceUse: committed.get(subject)?.version ?? -1,
  });
  /** What a read that began then must show at least. */
  const due = (subject: string, began: number): number =>
    Math.max(
      ...(committed.get(subject)?.history ?? [])
        .filter(({ at }) => at + leaseMs < began)
        .map(({ version }) => version),
    );
  const end = new AbortController();
  let reads = 0;
  const tooOld: string[] = [];

  async function reader(): Promise<void> {
    while (!end.signal.aborted) {
      const began = performance.now();
      const states = await read(
        subjects,
        source(stateOf, async () => await sleep(2), leaseMs),
      );
      reads += 1;
      for (const { subject, lastServiceUse } of states) {
        const least = due(subject, began);
        if ((lastServiceUse ?? -1) < least) tooOld.push(`${String(lastServiceUse)} in place of ${least}`);
      }
    }
  }

  async function writer(): Promise<void> {
    for (let n = 0; !end.signal.aborted; n += 1) {
      const subject = subjects[n % subjects.length] ?? '';
      const state = committed.get(subject);
      if (state === undefined) throw new Error('Expected a subject.');
      state.version += 1;
      await cache.invalidate([subject]);
      state.history.push({ version: state.version, at: performance.now() });
      await sleep(5);
    }
  }

  const working = Promise.all([reader(), reader(), writer()]);
  const nodes = [home, away, rest];
  for (let n = 0; n < 60; n += 1) {
    const slot = keys.slot(subjects[n % 20] ?? '');
    const owner = nodes.findLastIndex((_, index) => Math.floor((index * 16_384) / 3) <= slot);
    const [here, there] = [nodes[owner], nodes[(owner + 1) % 3]];
    if (here === undefined || there === undefined) throw new Error('Expected three nodes.');
    const [from, to] = Math.floor(n / 20) % 2 === 0 ? [here, there] : [there, here];
    const others = nodes.filter((node) => node !== from && node !== to);
    await moveSlot({ slot, from, to, others, meanwhile: async () => await sleep(20) });
  }
  end.abort();
  await working;
  expect(tooOld).toEqual([]);
  expect(reads).toBeGreaterThan(20);
  const { hits } = cache.stats();
  expect(hits).toBeGreaterThan(reads);
  expect(errors.filter((message) => /MOVED|ASK/.test(message))).not.toEqual([]);
  // And once they rest, all are cached again.
  await expect
    .poll(async () => {
      await read(subjects, source(stateOf));
      return await read(subjects, unreachable).catch(() => null);
    }, PATIENT)
    .toEqual(subjects.map(stateOf));
});
