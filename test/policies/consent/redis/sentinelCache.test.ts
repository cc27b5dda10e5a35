import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createConsentCache } from '../../../../policies/consent/cache.ts';
import type { ConsentCache, ReadSource } from '../../../../policies/consent/cache.ts';
import type { ConsentState } from '../../../../policies/consent/state.ts';
import { freePort, startRedis, startSentinel } from '../../../harness.ts';
import type { RedisServer } from '../../../harness.ts';
import { given, source, unreachable, withdrawn } from '../consentStates.ts';

const SECRET = new Uint8Array(32).fill(1);
const ALICE = 'user:u_1';
const PATIENT = { timeout: 20_000, interval: 50 };

const stack = new AsyncDisposableStack();
let servers: readonly [RedisServer, RedisServer];
let sentinel: RedisServer;
let cache: ConsentCache;
let errors: string[];

async function adminOf(server: RedisServer): Promise<Redis> {
  const admin = new Redis(server.url, { retryStrategy: (attempt) => Math.min(attempt * 20, 200) });
  admin.on('error', () => undefined);
  stack.defer(() => admin.disconnect());
  return admin;
}

beforeAll(async () => {
  const args = ['--repl-diskless-sync-delay', '0'];
  const primary = await startRedis({ args });
  stack.defer(async () => await primary.stop());
  const replica = await startRedis({ args: [...args, '--replicaof', '127.0.0.1', String(primary.port)] });
  stack.defer(async () => await replica.stop());
  servers = [primary, replica];
  const admin = await adminOf(replica);
  await vi.waitUntil(
    async () => (await admin.info('replication')).includes('master_link_status:up'),
    PATIENT,
  );
  sentinel = await startSentinel({ primaryPort: primary.port, name: 'consents', downAfterMs: 500 });
  stack.defer(async () => await sentinel.stop());
  const asked = await adminOf(sentinel);
  await vi.waitUntil(async () => {
    const known = JSON.stringify(await asked.call('SENTINEL', 'REPLICAS', 'consents'));
    return /"flags","slave".*"master-link-status","ok"/.test(known);
  }, PATIENT);
}, 60_000);
afterAll(async () => await stack.disposeAsync());

beforeEach(async () => {
  errors = [];
  // One of the Sentinels is gone.
  const hosts = `127.0.0.1:${await freePort()},127.0.0.1:${sentinel.port}`;
  cache = open(`redis-sentinel://${hosts}/0#consents`);
  expect(await cache.ready(15_000)).toBe(true);
});
afterEach(async () => await cache.close());

function open(redisUrl: string): ConsentCache {
  return createConsentCache({
    redisUrl,
    keySecret: SECRET,
    onError: (error) => void errors.push(error.message),
  });
}

async function read(subjects: readonly string[], readSource: ReadSource): Promise<readonly ConsentState[]> {
  return await cache.readThrough(readSource)(subjects);
}

async function untilRead(expected: ConsentState): Promise<void> {
  await expect
    .poll(async () => {
      await read(
        [ALICE],
        source(() => expected),
      );
      return await read([ALICE], unreachable).catch(() => null);
    }, PATIENT)
    .toEqual([expected]);
}

test('the primary that the Sentinels name is used, and never promised to be alone', async () => {
  await untilRead(given(ALICE));
  await expect.poll(async () => await cache.invalidate([ALICE]), PATIENT).toBe('acknowledged');
  // So it need not reach what is kept elsewhere.
  expect(cache.reaches(null)).toBe(true);
  expect(await read([ALICE], source(withdrawn))).toEqual([withdrawn(ALICE)]);
  await expect.poll(async () => await cache.invalidate([ALICE]), PATIENT).toBe('acknowledged');
});

test('a Sentinel, or a server that Sentinels do not know, is not used', async () => {
  const asServer = open(sentinel.url);
  const unknown = open(`redis-sentinel://127.0.0.1:${sentinel.port}#others`);
  expect([await asServer.ready(500), await unknown.ready(500)]).toEqual([false, false]);
  expect(await unknown.invalidate([ALICE])).toBe('unacknowledged');
  expect(await unknown.readThrough(source(given))([ALICE])).toEqual([given(ALICE)]);
  expect(errors.join()).toContain('it is a Sentinel; give redis-sentinel://');
  expect(errors.join()).toContain('All sentinels are unreachable');
  await Promise.all([asServer.close(), unknown.close()]);
});

test('fail-over: nothing of the old run is read, on the new primary or on the old one', async () => {
  const [primary, replica] = servers;
  await untilRead(given(ALICE));
  const admin = await adminOf(replica);
  await expect.poll(async () => await admin.keys('sudare:consent:*'), PATIENT).toHaveLength(1);

  await primary.pause();
  expect(await read([ALICE], source(withdrawn))).toEqual([withdrawn(ALICE)]);
  await expect.poll(async () => await admin.info('replication'), PATIENT).toContain('role:master');
  await expect.poll(async () => await cache.invalidate([ALICE]), PATIENT).toBe('acknowledged');
  expect(await admin.keys('sudare:consent:*')).toHaveLength(1);
  expect(await read([ALICE], source(withdrawn))).toEqual([withdrawn(ALICE)]);

  await primary.resume();
  for (const until = performance.now() + 1_500; performance.now() < until;) {
    expect(await read([ALICE], source(withdrawn))).toEqual([withdrawn(ALICE)]);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await untilRead(withdrawn(ALICE));
  expect(await cache.invalidate([ALICE])).toBe('acknowledged');
});
