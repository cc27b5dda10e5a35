import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import keySlot from 'cluster-key-slot';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createConsentCache } from '../../../../policies/consent/cache.ts';
import type { ConsentCache, ReadSource } from '../../../../policies/consent/cache.ts';
import type { ConsentState } from '../../../../policies/consent/state.ts';
import { createSubjectKeys } from '../../../../policies/consent/redis/subjectKeys.ts';
import { startRedis } from '../../../harness.ts';
import { startRedisCluster } from '../../../redisCluster.ts';
import type { ClusterNode, RedisCluster } from '../../../redisCluster.ts';
import { given, source, unreachable, withdrawn } from '../consentStates.ts';

const SECRET = new Uint8Array(32).fill(1);
const keys = createSubjectKeys(SECRET);
const PATIENT = { timeout: 15_000, interval: 50 };

let cluster: RedisCluster;
let cache: ConsentCache;
let errors: string[];

function open(redisUrl: string, keySecret = SECRET): ConsentCache {
  return createConsentCache({
    redisUrl,
    keySecret,
    onError: (error) => void errors.push(error.message),
  });
}

async function read(subjects: readonly string[], readSource: ReadSource): Promise<readonly ConsentState[]> {
  return await cache.readThrough(readSource)(subjects);
}

/** New subjects whose slots the n-th primary had at the start. */
function subjectsOf(n: number, count: number): readonly string[] {
  const found: string[] = [];
  const [first = 0, next = 0] = [n, n + 1].map((part) => Math.floor((part * 16_384) / 3));
  while (found.length < count) {
    const subject = `user:${randomUUID()}`;
    const slot = keys.slot(subject);
    if (slot >= first && slot < next) found.push(subject);
  }
  return found;
}

const everywhere = (count: number): readonly string[] => [0, 1, 2].flatMap((n) => subjectsOf(n, count));

function nodeAt(nodes: readonly ClusterNode[], n: number): ClusterNode {
  const node = nodes[n];
  if (node === undefined) throw new Error('The Cluster has no such node.');
  return node;
}

/** Which of the subjects the source is asked about when all are read. */
async function missingOf(subjects: readonly string[]): Promise<readonly string[]> {
  const asked: string[] = [];
  await read(
    subjects,
    source((subject) => {
      asked.push(subject);
      return given(subject);
    }),
  );
  return asked;
}

async function untilCached(subjects: readonly string[]): Promise<void> {
  await expect.poll(async () => await missingOf(subjects), PATIENT).toEqual([]);
}

/** What each node was asked and read since the last call, without what this asks. */
async function work(): Promise<readonly { reads: number; commands: readonly string[] }[]> {
  return await Promise.all(
    cluster.primaries.map(async ({ admin }) => {
      // One read of the socket may bring many commands, but two writes, one after the other, are two reads.
      const stats = await admin.info('stats');
      const commands = await admin.info('commandstats');
      await admin.config('RESETSTAT');
      const reads = Number(/total_reads_processed:(\d+)/.exec(stats)?.[1]);
      const calls = [...commands.matchAll(/cmdstat_(\w+):calls=(\d+)/g)]
        .filter(([, name]) => name !== 'info')
        .map(([, name, count]) => `${name}×${count}`);
      // RESETSTAT counts from after its own reading.
      return { reads: reads - 1, commands: calls.filter((call) => !call.startsWith('config')).sort() };
    }),
  );
}

beforeEach(() => {
  errors = [];
});

describe('a Cluster of three', () => {
  beforeAll(async () => {
    cluster = await startRedisCluster();
  }, 60_000);
  afterAll(async () => await cluster.stop());
  beforeEach(async () => {
    cache = open(cluster.url);
    expect(await cache.ready(15_000)).toBe(true);
  });
  afterEach(async () => await cache.close());

  test.each([1, 10, 100])('answers for %i subjects of each node in one exchange with each', async (count) => {
    const subjects = everywhere(count);
    await untilCached(subjects);
    // A machine that is busy with other things may let a command time out.
    for (let attempt = 0, calm = false; !calm && attempt < 5; attempt += 1) {
      errors = [];
      await work();
      const before = cache.stats().roundTrips;
      expect(await read(subjects, source(given))).toEqual(subjects.map(given));
      const done = await work();
      calm = errors.length === 0;
      if (!calm) continue;
      expect(cache.stats().roundTrips - before).toBe(3);
      expect(done).toEqual(
        Array.from({ length: 3 }, () => ({ reads: 1, commands: [`get×${count}`, 'time×1'] })),
      );
    }
    expect(errors).toEqual([]);
  });

  test('takes two more exchanges with the nodes of those who are missing', async () => {
    const [known, unknown] = [subjectsOf(0, 5), subjectsOf(1, 5)];
    await untilCached(known);
    for (let attempt = 0, calm = false; !calm && attempt < 5; attempt += 1) {
      await cache.invalidate(unknown);
      errors = [];
      await work();
      expect(await missingOf([...known, ...unknown])).toEqual(unknown);
      const [first, second, third] = await work();
      calm = errors.length === 0;
      if (!calm) continue;
      expect([first?.reads, second?.reads, third?.reads]).toEqual([1, 3, 0]);
      expect(first?.commands).toEqual(['get×5', 'time×1']);
      expect(second?.commands).toContain('evalsha×10');
    }
    expect(errors).toEqual([]);
  });

  test('keeps entry and marker of a subject in one slot, and subjects in many', async () => {
    const subjects = everywhere(10);
    await read(
      subjects,
      source(given, async () => {
        const markers = await Promise.all(
          cluster.primaries.map(async ({ admin }) => await admin.keys('sudare:marker:*')),
        );
        const slots = markers.flat().map((name) => keySlot(name));
        expect(slots).toEqual(expect.arrayContaining(subjects.map((subject) => keys.slot(subject))));
      }),
    );
    for (const [n, { admin }] of cluster.primaries.entries()) {
      const runId = /run_id:(\w+)/.exec(await admin.info('server'))?.[1] ?? '';
      for (const subject of subjects.slice(n * 10, (n + 1) * 10)) {
        const entry = keys.entry(runId, subject);
        expect(await admin.exists(entry)).toBe(1);
        expect(await admin.cluster('KEYSLOT', entry)).toBe(keys.slot(subject));
      }
    }
    expect(new Set(subjects.map((subject) => keys.slot(subject))).size).toBeGreaterThan(25);
  });

  test('refuses a late fill after a writer deleted, and never promises that nothing older is read', async () => {
    const [alice = ''] = subjectsOf(1, 1);
    await read(
      [alice],
      source(given, async () => {
        expect(await cache.invalidate([alice])).toBe('acknowledged');
      }),
    );
    expect(await read([alice], source(withdrawn))).toEqual([withdrawn(alice)]);
  });

  test('asks the source about those of a silent node alone', async () => {
    const subjects = everywhere(4);
    await untilCached(subjects);
    const silent = nodeAt(cluster.primaries, 1).server;
    await silent.pause();
    try {
      expect(await missingOf(subjects)).toEqual(subjects.slice(4, 8));
      expect(await cache.invalidate(subjects.slice(3, 5))).toBe('unacknowledged');
      expect(await cache.invalidate(subjects.slice(8, 9))).toBe('acknowledged');
      await sleep(600);
      const started = performance.now();
      expect(await missingOf(subjects.slice(4, 8))).toHaveLength(4);
      expect(performance.now() - started).toBeLessThan(200);
    } finally {
      await silent.resume();
    }
    await untilCached(subjects);
  });

  test('takes all nodes for others’ where subjects are named by another secret', async () => {
    const other = open(cluster.url, new Uint8Array(32).fill(2));
    const subjects = everywhere(1);
    expect(await other.ready(500)).toBe(false);
    expect(await other.readThrough(source(withdrawn))(subjects)).toEqual(subjects.map(withdrawn));
    expect(await other.invalidate(subjects)).toBe('unacknowledged');
    expect(other.stats().roundTrips).toBe(0);
    expect(errors.filter((message) => message.includes('the same secret')).length).toBeGreaterThanOrEqual(3);
    await other.close();
  });

  test('loads its scripts again where a node has forgotten them', async () => {
    const subjects = subjectsOf(2, 3);
    await nodeAt(cluster.primaries, 2).admin.script('FLUSH');
    await untilCached(subjects);
    expect(errors.join()).toContain('NOSCRIPT');
  });

  test('finds nodes from those that it was not given', async () => {
    const [first = '', second = ''] = cluster.url.split(',');
    const other = open(`${first},${second}`);
    expect(await other.ready(10_000)).toBe(true);
    const [carol = ''] = subjectsOf(2, 1);
    await other.readThrough(source(given))([carol]);
    expect(await other.readThrough(unreachable)([carol])).toEqual([given(carol)]);
    await other.close();
  });

  test('is not used as a single server', async () => {
    const [first = ''] = cluster.url.split(',');
    const other = open(first);
    expect(await other.ready(500)).toBe(false);
    expect(await other.readThrough(source(given))(['user:1'])).toEqual([given('user:1')]);
    expect(await other.invalidate(['user:1'])).toBe('unacknowledged');
    expect(errors.join()).toContain('give the URLs of two or more of its nodes');
    await other.close();
  });

  test('is not made of single servers', async () => {
    const lone = await startRedis();
    const other = open(`${lone.url},${lone.url}`);
    await expect.poll(() => errors.join(), PATIENT).toContain('it is no node of a Redis Cluster');
    expect(await other.readThrough(source(given))(['user:1'])).toEqual([given('user:1')]);
    await other.close();
    await lone.stop();
  });
});

describe('fail-over', () => {
  beforeAll(async () => {
    cluster = await startRedisCluster({ replicas: 1 });
  }, 60_000);
  afterAll(async () => await cluster.stop());
  beforeEach(async () => {
    cache = open(cluster.url);
    expect(await cache.ready(15_000)).toBe(true);
  });
  afterEach(async () => await cache.close());

  test('of a killed primary: the others go on, nothing of the old run is read, the new one is used', async () => {
    const subjects = everywhere(3);
    await untilCached(subjects);
    const replica = nodeAt(cluster.replicas, 0);
    const held = async (): Promise<number> => (await replica.admin.keys('sudare:consent:*')).length;
    await expect.poll(held, PATIENT).toBeGreaterThanOrEqual(3);

    await nodeAt(cluster.primaries, 0).server.kill();
    expect(await missingOf(subjects)).toEqual(subjects.slice(0, 3));
    await untilPromoted(replica);

    // The replica has the entries of the run that is gone, and they have long to live.
    expect(await held()).toBeGreaterThanOrEqual(3);
    const mine = subjects.slice(0, 3);
    expect(await read(mine, source(withdrawn))).toEqual(mine.map(withdrawn));
    await untilCached(subjects);
    await expect.poll(async () => await cache.invalidate(mine), PATIENT).toBe('acknowledged');
    expect(await read(mine, source(withdrawn))).toEqual(mine.map(withdrawn));
  });

  test('of a frozen primary that then goes on: what it has is not read again', async () => {
    const [bob = ''] = subjectsOf(1, 1);
    await untilCached([bob]);
    const frozen = nodeAt(cluster.primaries, 1).server;
    await frozen.pause();
    await untilPromoted(nodeAt(cluster.replicas, 1));
    await expect.poll(async () => await cache.invalidate([bob]), PATIENT).toBe('acknowledged');
    await frozen.resume();
    for (const until = performance.now() + 1_500; performance.now() < until; await sleep(20)) {
      expect(await read([bob], source(withdrawn))).toEqual([withdrawn(bob)]);
    }
    await expect.poll(async () => await read([bob], unreachable), PATIENT).toEqual([withdrawn(bob)]);
  });

  test('by hand and back: what the first run still has ends with its lease', async () => {
    const [carol = ''] = subjectsOf(2, 1);
    const [first, second] = [nodeAt(cluster.primaries, 2), nodeAt(cluster.replicas, 2)];
    const leaseMs = 8_000;
    await expect
      .poll(async () => {
        await read(
          [carol],
          source(given, async () => undefined, leaseMs),
        );
        return await read([carol], unreachable).catch(() => null);
      }, PATIENT)
      .toEqual([given(carol)]);
    await promote(second);
    const withdrawnAt = performance.now();
    await expect.poll(async () => await cache.invalidate([carol]), PATIENT).toBe('acknowledged');
    await promote(first);
    const runId = /run_id:(\w+)/.exec(await first.admin.info('server'))?.[1] ?? '';
    expect(await first.admin.exists(keys.entry(runId, carol))).toBe(1);
    for (;;) {
      const began = performance.now();
      const [state] = await read([carol], source(withdrawn));
      if (began > withdrawnAt + leaseMs) {
        expect(state).toEqual(withdrawn(carol));
        if (began > withdrawnAt + leaseMs + 300) break;
      }
      await sleep(20);
    }
    await expect.poll(async () => await read([carol], unreachable), PATIENT).toEqual([withdrawn(carol)]);
  });
});

/** Has a replica that is in step take over. */
async function promote({ admin }: ClusterNode): Promise<void> {
  await expect.poll(async () => await admin.info('replication'), PATIENT).toContain('master_link_status:up');
  await expect
    .poll(
      async () => {
        await admin.call('CLUSTER', 'FAILOVER').catch(() => undefined);
        await sleep(500);
        return await admin.info('replication');
      },
      { ...PATIENT, timeout: 25_000 },
    )
    .toContain('role:master');
}

async function untilPromoted({ admin }: ClusterNode): Promise<void> {
  await expect.poll(async () => await admin.info('replication'), PATIENT).toContain('role:master');
}
