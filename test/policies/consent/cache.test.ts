import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createConsentCache } from '../../../policies/consent/cache.ts';
import type { ConsentCache, ReadSource } from '../../../policies/consent/cache.ts';
import type { ConsentState } from '../../../policies/consent/state.ts';
import { startRedis } from '../../harness.ts';
import type { RedisServer } from '../../harness.ts';
import { given, LEASE_MS, source, unreachable, withdrawn } from './consentStates.ts';

const SECRET = new Uint8Array(32).fill(1);
const ALICE = 'user:u_1';

let redis: RedisServer;
let admin: Redis;
let cache: ConsentCache;
let errors: string[];

async function openCache(keySecret = SECRET, patienceMs = 5_000): Promise<ConsentCache> {
  const opened = createConsentCache({
    redisUrl: redis.url,
    keySecret,
    onError: (error) => void errors.push(error.message),
  });
  await opened.ready(patienceMs);
  return opened;
}

/** One read through the cache, by itself. */
async function read(subjects: readonly string[], readSource: ReadSource): Promise<readonly ConsentState[]> {
  return await cache.readThrough(readSource)(subjects);
}

beforeEach(async () => {
  errors = [];
  redis = await startRedis();
  admin = new Redis(redis.url, { retryStrategy: (attempt) => Math.min(attempt * 20, 200) });
  admin.on('error', () => undefined);
  cache = await openCache();
});

afterEach(async () => {
  await cache.close();
  admin.disconnect();
  await redis.stop();
});

/** Exchanges that Redis itself has counted since the last reset, besides the test's own. */
async function exchanges(): Promise<number> {
  const info = await admin.info('commandstats');
  const calls = [...info.matchAll(/cmdstat_(mget|eval|evalsha|script\|load):calls=(\d+)/g)];
  return calls.reduce((sum, match) => sum + Number(match[2]), 0);
}

async function entryKeys(): Promise<readonly string[]> {
  return await admin.keys('sudare:consent:*');
}

describe('round trips', () => {
  test.each([1, 10, 1_000])('all of %i cached: exactly one', async (count) => {
    const subjects = Array.from({ length: count }, (_, index) => `user:u_${index}`);
    // A machine that is busy with other things may let a command time out.
    await expect
      .poll(
        async () => {
          await read(subjects, source(given));
          return await read(subjects, unreachable).catch(() => null);
        },
        { timeout: 15_000 },
      )
      .not.toBeNull();
    await admin.config('RESETSTAT');
    const before = cache.stats();

    expect(await read(subjects, unreachable)).toEqual(subjects.map(given));

    expect(await exchanges()).toBe(1);
    expect(cache.stats().roundTrips - before.roundTrips).toBe(1);
    expect(cache.stats().hits - before.hits).toBe(count);
  });

  test.each([1, 10, 1_000])('%i missing: two more', async (count) => {
    const cachedOnes = ['user:known_1', 'user:known_2'];
    await read(cachedOnes, source(given));
    await admin.config('RESETSTAT');
    const missing = Array.from({ length: count }, (_, index) => `user:u_${index}`);
    const asked: string[] = [];
    const subjects = [cachedOnes[0] ?? '', ...missing, cachedOnes[1] ?? ''];

    const states = await read(
      subjects,
      source((subject) => {
        asked.push(subject);
        return withdrawn(subject);
      }),
    );

    expect(await exchanges()).toBe(3);
    expect(asked).toEqual(missing);
    expect(states.map((state) => state.subject)).toEqual(subjects);
    expect(states.slice(1, -1)).toEqual(missing.map(withdrawn));
    expect([states[0], states.at(-1)]).toEqual(cachedOnes.map(given));
  });
});

describe('a late fill', () => {
  interface Interleaving {
    readonly name: string;
    readonly meanwhile: () => Promise<unknown>;
    readonly leaseMs?: number;
  }
  const interleavings: readonly Interleaving[] = [
    { name: 'after a writer deleted', meanwhile: async () => await cache.invalidate([ALICE]) },
    { name: 'after FLUSHALL', meanwhile: async () => await admin.flushall() },
    {
      name: 'after its marker was evicted',
      meanwhile: async () => await admin.del(...(await admin.keys('sudare:marker:*'))),
    },
    {
      name: 'after another reader set a new marker',
      meanwhile: async () => {
        await cache.invalidate([ALICE]);
        // The other reader's source does not answer, so only its marker is there.
        await expect(read([ALICE], unreachable)).rejects.toThrow('must not be read');
        expect(await admin.keys('sudare:marker:*')).toHaveLength(1);
      },
    },
    {
      name: 'after its lease would be over',
      leaseMs: 50,
      meanwhile: async () => await new Promise((resolve) => setTimeout(resolve, 80)),
    },
    { name: 'of a source that grants no lease', leaseMs: 0, meanwhile: async () => undefined },
  ];

  test.each(interleavings)('$name is refused', async ({ meanwhile, leaseMs }) => {
    const states = await read([ALICE], source(given, meanwhile, leaseMs ?? LEASE_MS));
    expect(states).toEqual([given(ALICE)]);
    expect(await entryKeys()).toEqual([]);
    expect(await read([ALICE], source(withdrawn))).toEqual([withdrawn(ALICE)]);
    expect(errors).toEqual([]);
  });

  test('does not overwrite what was read after the withdrawal', async () => {
    await read(
      [ALICE],
      source(given, async () => {
        await cache.invalidate([ALICE]);
        await read([ALICE], source(withdrawn));
      }),
    );
    expect(await read([ALICE], unreachable)).toEqual([withdrawn(ALICE)]);
  });

  test('of a reader that was stopped beyond the lease is refused', async () => {
    await read(
      [ALICE],
      source(
        given,
        async () => {
          await redis.pause();
          await new Promise((resolve) => setTimeout(resolve, 150));
          await redis.resume();
        },
        100,
      ),
    );
    expect(await entryKeys()).toEqual([]);
  });

  test('is taken where nothing happened in between, also by two readers of one marker', async () => {
    const both = await Promise.all([read([ALICE], source(given)), read([ALICE], source(given))]);
    expect(both).toEqual([[given(ALICE)], [given(ALICE)]]);
    expect(await read([ALICE], unreachable)).toEqual([given(ALICE)]);
  });
});

describe('what is kept', () => {
  test('ends with the lease, counted from before the source was read', async () => {
    const started = Date.now();
    await read(
      [ALICE],
      source(given, async () => await new Promise((resolve) => setTimeout(resolve, 100)), 5_000),
    );
    const [key] = await entryKeys();
    const end = Number(await admin.call('PEXPIRETIME', key ?? ''));
    expect(end).toBeGreaterThanOrEqual(started - 1 + 5_000);
    expect(end).toBeLessThan(started + 90 + 5_000);
  });

  test('names no subject, in keys or values, and says on which run it was written', async () => {
    await read([ALICE], source(given));
    const keys = await admin.keys('*');
    const values = await Promise.all(keys.map(async (key) => await admin.get(key)));
    expect([...keys, ...values].join(' ')).not.toContain('u_1');
    const runId = /run_id:(\w+)/.exec(await admin.info('server'))?.[1];
    expect(await entryKeys()).toEqual([expect.stringContaining(runId ?? 'no run_id')]);
    // On a Cluster each subject is in a slot of its own, with its marker.
    expect((await entryKeys())[0]).toMatch(/:\{[\w-]{22}\}$/);
  });

  const poisons = [
    { name: 'nothing', poison: '' },
    { name: 'null', poison: 'null' },
    { name: 'an empty list', poison: '[]' },
    { name: 'an object', poison: '{"suspended":false}' },
    { name: 'an unknown state', poison: '[0,null,[],[["p",null,9,1,null]],null]' },
    { name: 'a long text', poison: 'x'.repeat(100_000) },
  ];
  test.each(poisons)('reads a malformed entry as a miss: $name', async ({ poison }) => {
    await read([ALICE], source(given));
    await admin.set((await entryKeys())[0] ?? '', poison);
    expect(await read([ALICE], source(withdrawn))).toEqual([withdrawn(ALICE)]);
  });
});

describe('where states are kept', () => {
  test('is named by run and database, and confirmed by asking', async () => {
    const runId = /run_id:(\w+)/.exec(await admin.info('server'))?.[1] ?? 'no run_id';
    expect(cache.place()).toBe(`${runId}/0`);
    expect(cache.reaches(`${runId}/0`)).toBe(true);
    expect(cache.reaches(`${runId}/1`)).toBe(false);
    expect(cache.reaches(null)).toBe(false);
    expect(await cache.confirm(`${runId}/0`)).toBe(true);
    expect(await cache.confirm(`${runId}/1`)).toBe(false);
    await redis.pause();
    expect(await cache.confirm(`${runId}/0`)).toBe(false);
  });

  test('is asked for anew: what was marked on another connection is not filled', async () => {
    await read([ALICE], async (subjects) => {
      await admin.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await expect.poll(() => cache.place(), { timeout: 5_000, interval: 1 }).toBeNull();
      await expect.poll(() => cache.place(), { timeout: 5_000 }).not.toBeNull();
      return await source(given)(subjects);
    });
    expect(await entryKeys()).toEqual([]);
    await read([ALICE], source(given));
    expect(await entryKeys()).toHaveLength(1);
  });
});

describe('a writer', () => {
  test('is told that a standalone Redis has acknowledged, for one subject and for many', async () => {
    const subjects = Array.from({ length: 500 }, (_, index) => `user:u_${index}`);
    await read(subjects, source(given));
    expect(await cache.invalidate(subjects.slice(0, 250))).toBe('effective');
    expect(await entryKeys()).toHaveLength(250);
    expect(await cache.invalidate(['user:nobody'])).toBe('effective');
  });

  test('is not told so by a primary with a replica, nor where Redis is paused or gone', async () => {
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(redis.port)] });
    try {
      await expect
        .poll(async () => await admin.info('replication'), { timeout: 10_000 })
        .toContain('connected_slaves:1');
      expect(await cache.invalidate([ALICE])).toBe('acknowledged');
    } finally {
      await replica.stop();
    }
    // A replica that is gone may come back as somebody's primary.
    await expect
      .poll(async () => await admin.info('replication'), { timeout: 10_000 })
      .toContain('connected_slaves:0');
    expect(await cache.invalidate([ALICE])).toBe('acknowledged');
    await redis.pause();
    expect(await cache.invalidate([ALICE])).toBe('unacknowledged');
    await redis.kill();
    expect(await cache.invalidate([ALICE])).toBe('unacknowledged');
  });

  test('with another secret is refused by a Redis in use, as is a reader', async () => {
    const other = await openCache(new Uint8Array(32).fill(2), 300);
    expect(await other.invalidate([ALICE])).toBe('unacknowledged');
    expect(await other.readThrough(source(withdrawn))([ALICE])).toEqual([withdrawn(ALICE)]);
    expect(other.stats().roundTrips).toBe(0);
    expect(errors.join()).toContain('the same secret');
    await other.close();
  });
});

describe('when Redis fails', () => {
  test('killed mid-run: the source answers; restarted on the port: nothing of the old run is read', async () => {
    await read([ALICE], source(given));
    const [key] = await entryKeys();
    const value = await admin.get(key ?? '');
    await redis.kill();

    expect(await read([ALICE], source(withdrawn))).toEqual([withdrawn(ALICE)]);

    redis = await startRedis({ port: redis.port });
    await expect.poll(async () => await cache.ready(0), { timeout: 10_000 }).toBe(true);
    // As if an old snapshot had been loaded.
    await expect.poll(async () => await admin.set(key ?? '', value ?? ''), { timeout: 10_000 }).toBe('OK');
    expect(await read([ALICE], source(withdrawn))).toEqual([withdrawn(ALICE)]);
    expect(await read([ALICE], unreachable)).toEqual([withdrawn(ALICE)]);
  });

  test('killed between marker and fill: the answer stands, nothing is kept', async () => {
    const states = await read(
      [ALICE],
      source(given, async () => await redis.kill()),
    );
    expect(states).toEqual([given(ALICE)]);
    redis = await startRedis({ port: redis.port });
    await expect.poll(async () => await cache.ready(0), { timeout: 10_000 }).toBe(true);
    expect(await read([ALICE], source(withdrawn))).toEqual([withdrawn(ALICE)]);
  });

  test('paused: the source answers within the time-outs, and after a while Redis is used again', async () => {
    await read([ALICE], source(given));
    await redis.pause();
    const started = performance.now();
    expect(await read([ALICE], source(withdrawn))).toEqual([withdrawn(ALICE)]);
    expect(performance.now() - started).toBeLessThan(1_000);
    await new Promise((resolve) => setTimeout(resolve, 800));
    const later = performance.now();
    expect(await read([ALICE], source(withdrawn))).toEqual([withdrawn(ALICE)]);
    // The silent connection has been given up, so nobody waits for it any more.
    expect(performance.now() - later).toBeLessThan(100);
    await redis.resume();
    await expect.poll(async () => await cache.ready(0), { timeout: 10_000 }).toBe(true);
    const before = cache.stats().roundTrips;
    await read([ALICE], source(given));
    expect(cache.stats().roundTrips).toBeGreaterThan(before);
  });

  test('lost with a command under way: the connection that follows is not given up', async () => {
    await read([ALICE], source(given));
    await redis.pause();
    const asked = read([ALICE], source(given));
    await redis.kill();
    expect(await asked).toEqual([given(ALICE)]);
    redis = await startRedis({ port: redis.port });
    await expect.poll(async () => await cache.ready(0), { timeout: 10_000, interval: 5 }).toBe(true);
    errors = [];
    const until = performance.now() + 800;
    while (performance.now() < until) {
      expect(await cache.ready(0)).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(errors).toEqual([]);
  });

  test('only the source can fail a read', async () => {
    await redis.kill();
    await expect(read([ALICE], unreachable)).rejects.toThrow('must not be read');
    expect(errors.every((message) => !message.includes('u_1') && !message.includes('sudare:'))).toBe(true);
  });
});

test.each([
  { name: 'a URL without scheme', redisUrl: 'localhost:6379', keySecret: SECRET },
  { name: 'an empty URL', redisUrl: '', keySecret: SECRET },
  { name: 'a short secret', redisUrl: 'redis://localhost:6379', keySecret: new Uint8Array(8) },
])('refuses $name', ({ redisUrl, keySecret }) => {
  const create = (): ConsentCache =>
    createConsentCache({ redisUrl, keySecret, onError: (error) => void errors.push(error.message) });
  expect(create).toThrow(TypeError);
});
