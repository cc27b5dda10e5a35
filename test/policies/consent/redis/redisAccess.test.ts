import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createConsentCache } from '../../../../policies/consent/cache.ts';
import type { ConsentCache } from '../../../../policies/consent/cache.ts';
import { freePort, redisFlags, startRedis, startSentinel } from '../../../harness.ts';
import type { RedisServer } from '../../../harness.ts';
import { startRedisCluster } from '../../../redisCluster.ts';
import { makeTlsFiles } from '../../../tlsFiles.ts';
import type { TlsFiles } from '../../../tlsFiles.ts';
import { given, source, unreachable } from '../consentStates.ts';

const SECRET = new Uint8Array(32).fill(1);
const ALICE = 'user:u_1';
const PATIENT = { timeout: 15_000, interval: 50 };

/** All that the cache needs to be permitted. */
const RIGHTS =
  '~sudare:* +info +get +set +mget +del +time +evalsha +script|load +cluster|slots +cluster|myid'.split(' ');

const UNUSED = { ready: false, cached: false, invalidation: 'unacknowledged' };

let errors: string[];
let caches: ConsentCache[];

beforeEach(() => {
  errors = [];
  caches = [];
});
afterEach(async () => {
  await Promise.all(caches.map(async (cache) => await cache.close()));
  expect(errors.join()).not.toMatch(/hunter2|open-sesame/);
});

function open(redisUrl: string): ConsentCache {
  const cache = createConsentCache({
    redisUrl,
    keySecret: SECRET,
    onError: (error) => void errors.push(`${error.message} ${error.stack} ${String(error.cause)}`),
  });
  caches.push(cache);
  return cache;
}

/** Stores, reads back and deletes. */
async function expectWorking(cache: ConsentCache, invalidation: 'effective' | 'acknowledged'): Promise<void> {
  expect(await cache.ready(15_000)).toBe(true);
  await expect
    .poll(async () => {
      await cache.readThrough(source(given))([ALICE]);
      return await cache
        .readThrough(unreachable)([ALICE])
        .catch(() => null);
    }, PATIENT)
    .toEqual([given(ALICE)]);
  await expect.poll(async () => await cache.invalidate([ALICE]), PATIENT).toBe(invalidation);
}

async function expectUnused(cache: ConsentCache, why: RegExp): Promise<void> {
  await expect.poll(() => errors.join(), PATIENT).toMatch(why);
  expect(await cache.ready(0)).toBe(false);
  expect(await cache.readThrough(source(given))([ALICE])).toEqual([given(ALICE)]);
  expect(await cache.invalidate([ALICE])).toBe('unacknowledged');
  expect(cache.stats().roundTrips).toBe(0);
}

describe('users and databases', () => {
  let redis: RedisServer;
  let admin: Redis;

  beforeAll(async () => {
    redis = await startRedis();
    admin = new Redis(redis.url);
    await admin.acl('SETUSER', 'sudare', 'on', '>open-sesame@/#', ...RIGHTS);
    await admin.acl('SETUSER', 'reader', 'on', '>open-sesame', '~sudare:*', '+info', '+get', '+mget');
    await admin.acl('SETUSER', 'selecting', 'on', '>open-sesame', ...RIGHTS, '+select');
    await admin.config('SET', 'requirepass', 'open-sesame');
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.stop();
  });

  const at = (user: string, database = ''): string => `redis://${user}127.0.0.1:${redis.port}${database}`;

  test('a user of the ACL with no more rights than needed', async () => {
    await expectWorking(open(at('sudare:open-sesame%40%2F%23@')), 'effective');
  });

  test('a user of the ACL who may select a database of their own', async () => {
    const cache = open(at('selecting:open-sesame@', '/1'));
    await expectWorking(cache, 'effective');
    expect(cache.place()).toMatch(/^[0-9a-f]{40}\/1$/);
  });

  test('the default user’s password, and a database of one’s own', async () => {
    await expectWorking(open(at(':open-sesame@', '/3')), 'effective');
    await admin.select(3);
    expect(await admin.keys('sudare:fingerprint:*')).toHaveLength(1);
  });

  test.each([
    { name: 'a wrong password', user: 'sudare:hunter2@', why: /WRONGPASS/ },
    { name: 'a wrong password of the default user', user: ':hunter2@', why: /WRONGPASS/ },
    { name: 'an unknown user', user: 'hunter2:open-sesame@', why: /WRONGPASS/ },
    { name: 'no password', user: '', why: /NOAUTH/ },
    { name: 'a user who may not write', user: 'reader:open-sesame@', why: /NOPERM/ },
    {
      name: 'a user who may not select the database',
      user: 'sudare:open-sesame%40%2F%23@',
      database: '/1',
      why: /NOPERM/,
    },
  ])('$name: Redis is not used, and what is told names no secret', async ({ user, database, why }) => {
    await expectUnused(open(at(user, database)), why);
  });
});

describe('TLS', () => {
  const stack = new AsyncDisposableStack();
  let tls: TlsFiles;

  beforeAll(async () => {
    tls = await makeTlsFiles();
    stack.defer(async () => await tls.remove());
  });
  afterAll(async () => await stack.disposeAsync());

  async function startWithTls(files = tls): Promise<{ server: RedisServer; port: number }> {
    const port = await freePort();
    const args = [...redisFlags({ 'tls-port': port, 'tls-replication': 'yes' }), ...files.redisArgs];
    const server = await startRedis({ args });
    stack.defer(async () => await server.stop());
    return { server, port };
  }

  test('a certificate of an authority that Node does not know: Redis is not used', async () => {
    const { port } = await startWithTls();
    await expectUnused(open(`rediss://localhost:${port}`), /DEPTH_ZERO_SELF_SIGNED_CERT/);
  });

  test('a certificate for another name: Redis is not used', async () => {
    const others = await makeTlsFiles(['DNS:other.example']);
    stack.defer(async () => await others.remove());
    const { port } = await startWithTls(others);
    expect(await tried(`rediss://localhost:${port}`, others.certificate)).toEqual({
      ...UNUSED,
      errors: [expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID')],
    });
  });

  test('one server, by TLS alone, with NODE_EXTRA_CA_CERTS and a user', async () => {
    const { server, port } = await startWithTls();
    const admin = new Redis(server.url);
    await admin.acl('SETUSER', 'sudare', 'on', '>open-sesame', ...RIGHTS);
    const url = `rediss://sudare:open-sesame@localhost:${port}`;
    expect(await tried(url, tls.certificate)).toEqual({
      ready: true,
      cached: true,
      invalidation: 'effective',
      errors: [],
    });
    expect(await tried(url, null)).toMatchObject(UNUSED);
    admin.disconnect();
  });

  test('a Cluster whose nodes speak TLS, with a user', async () => {
    const cluster = await startRedisCluster({ tls });
    stack.defer(async () => await cluster.stop());
    for (const { admin } of cluster.primaries) {
      await admin.acl('SETUSER', 'sudare', 'on', '>open-sesame', ...RIGHTS);
    }
    const url = cluster.url.replaceAll('rediss://', 'rediss://sudare:open-sesame@');
    expect(await tried(url, tls.certificate)).toEqual({
      ready: true,
      cached: true,
      invalidation: 'acknowledged',
      errors: [],
    });
    expect(
      await tried(cluster.url.replaceAll('rediss://', 'rediss://sudare:hunter2@'), tls.certificate),
    ).toEqual({
      ready: false,
      cached: false,
      invalidation: 'unacknowledged',
      errors: [expect.stringContaining('WRONGPASS')],
    });
  });

  test('Sentinels and primary by TLS, with users of their own', async () => {
    const { server, port } = await startWithTls();
    const admin = new Redis(server.url);
    await admin.acl('SETUSER', 'sudare', 'on', '>open-sesame', ...RIGHTS);
    const sentinelPort = await freePort();
    const sentinel = await startSentinel({
      primaryPort: port,
      name: 'consents',
      downAfterMs: 5_000,
      args: [...redisFlags({ 'tls-port': sentinelPort, 'tls-replication': 'yes' }), ...tls.redisArgs],
    });
    stack.defer(async () => await sentinel.stop());
    const asked = new Redis(sentinel.url);
    await asked.acl(
      'SETUSER',
      'guard',
      'on',
      '>open-sesame',
      '+sentinel|get-master-addr-by-name',
      '+sentinel|sentinels',
    );
    await asked.acl('SETUSER', 'default', 'resetpass', 'off');
    const url = `rediss-sentinel://sudare:open-sesame@localhost:${sentinelPort}/0?user=guard&password=open-sesame#consents`;
    expect(await tried(url, tls.certificate)).toEqual({
      ready: true,
      cached: true,
      invalidation: 'acknowledged',
      errors: [],
    });
    asked.disconnect();
    admin.disconnect();
  });
});

/** What a process with other trusted authorities makes of the URL. */
async function tried(redisUrl: string, trusted: string | null): Promise<unknown> {
  const script = fileURLToPath(new URL('useCacheOnce.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, redisUrl], {
    env: { ...process.env, ...(trusted === null ? {} : { NODE_EXTRA_CA_CERTS: trusted }) },
    timeout: 25_000,
  });
  return JSON.parse(stdout);
}
