import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createConsentCache } from '../../../policies/consent/cache.ts';
import type { ConsentCache } from '../../../policies/consent/cache.ts';
import { GATEWAY_CLIENT } from '../../../policies/consent/callerToken.ts';
import { createConsentLookup } from '../../../policies/consent/lookup.ts';
import type { ConsentLookup } from '../../../policies/consent/lookup.ts';
import { createGraphqlConsentSource } from '../../../policies/consent/source/graphqlSource.ts';
import { describeFailure } from '../../../subgraphs/consent/describeFailure.ts';
import { startConsentSubgraph } from '../../../subgraphs/consent/startConsentSubgraph.ts';
import { startRedis } from '../../harness.ts';
import type { RedisServer } from '../../harness.ts';
import { askConsent, CALLER_KEY, callerHeader } from './askConsent.ts';
import { startPostgres } from './startPostgres.ts';

const SECRET = new Uint8Array(32).fill(4);
const ALICE = 'user:u_1';

/** A gateway as far as consent goes. */
interface Gateway {
  readonly cache: ConsentCache;
  readonly lookup: ConsentLookup;
}

// Quicker to have a new database of than PGlite, which serves where there is none.
const postgres = await startPostgres();
afterAll(async () => await postgres?.stop());

let redis: RedisServer;
let server: Awaited<ReturnType<typeof startConsentSubgraph>>;
let gateways: Gateway[];
let told: string[];

beforeEach(async () => {
  redis = await startRedis();
  gateways = [];
  told = [];
});

afterEach(async () => {
  await Promise.all(gateways.map(async ({ lookup }) => await lookup.close()));
  await server.stop();
  await redis.stop();
});

async function startServer(withRedis: 'with Redis' | 'without Redis'): Promise<void> {
  server = await startConsentSubgraph({
    host: '127.0.0.1',
    port: 0,
    callerKey: CALLER_KEY,
    ...(postgres === null ? {} : { databaseUrl: await postgres.createDatabase() }),
    onError: (error) => void told.push(describeFailure(error)),
    ...(withRedis === 'with Redis' ? { redisUrl: redis.url, cacheKeySecret: SECRET } : {}),
  });
}

async function addGateway(redisUrl = redis.url): Promise<Gateway> {
  const cache = createConsentCache({ redisUrl, keySecret: SECRET, onError: () => undefined });
  const source = createGraphqlConsentSource({
    url: server.url,
    timeoutMs: 5_000,
    keptAt: cache.place,
    headers: async () => await callerHeader({ client: GATEWAY_CLIENT }),
  });
  const gateway = { cache, lookup: createConsentLookup({ source, cache, timeoutMs: 10_000 }) };
  gateways.push(gateway);
  expect(await cache.ready(5_000)).toBe(true);
  return gateway;
}

/** What a request that starts now sees of Alice's consent. */
async function seen({ lookup }: Gateway): Promise<string> {
  const state = (await lookup.forRequest().load([ALICE])).get(ALICE);
  return state?.kind === 'known' ? (state.state.entries[0]?.state ?? 'none') : 'unavailable';
}

async function write(mutation: 'grantConsent' | 'withdrawConsent'): Promise<unknown> {
  const text = `mutation ($s: ID!) { ${mutation}(subject: $s, purpose: "marketing") { effectiveInMs } }`;
  const { data } = await askConsent(server.url, { endUser: ALICE }, text, { s: ALICE });
  return data?.[mutation];
}

describe('effectiveInMs', () => {
  test('is 0 after a standalone Redis has acknowledged, and is true', async () => {
    await startServer('with Redis');
    const gateway = await addGateway();
    expect(await write('grantConsent')).toEqual({ effectiveInMs: 0 });
    expect(await seen(gateway)).toBe('GIVEN');
    expect(await seen(gateway)).toBe('GIVEN');
    expect(gateway.cache.stats()).toMatchObject({ hits: 1, misses: 1, sourceReads: 1 });
    expect(await write('withdrawConsent')).toEqual({ effectiveInMs: 0 });
    expect(await seen(gateway)).toBe('WITHDRAWN');
  });

  test('is 0 without Redis, when gateways are told to keep nothing', async () => {
    await startServer('without Redis');
    const gateway = await addGateway();
    expect(await write('grantConsent')).toEqual({ effectiveInMs: 0 });
    expect(await seen(gateway)).toBe('GIVEN');
    expect(await write('withdrawConsent')).toEqual({ effectiveInMs: 0 });
    expect(await seen(gateway)).toBe('WITHDRAWN');
    expect(gateway.cache.stats()).toMatchObject({ hits: 0, misses: 2, sourceReads: 2 });
  });

  test.each([
    { name: 'paused', fail: async () => await redis.pause() },
    { name: 'gone', fail: async () => await redis.kill() },
  ])('is the lease and a clock step where Redis is $name; the withdrawal itself stands', async ({ fail }) => {
    await startServer('with Redis');
    const gateway = await addGateway();
    await write('grantConsent');
    expect(await seen(gateway)).toBe('GIVEN');
    await fail();
    expect(await write('withdrawConsent')).toEqual({ effectiveInMs: 31_000 });
    expect(await seen(gateway)).toBe('WITHDRAWN');
  });

  test.each([
    { name: 'another database of the Redis', server: 'ours', database: '/1', said: 'in another database' },
    { name: 'another Redis', server: 'other', database: '', said: 'in another server' },
  ])(
    'is true though a gateway keeps consents in $name: it is told to keep none',
    async ({ server: which, database, said }) => {
      await using other = new AsyncDisposableStack();
      const { url, stop } = await startRedis();
      other.defer(stop);
      await startServer('with Redis');
      const gateway = await addGateway(`${which === 'ours' ? redis.url : url}${database}`);
      expect(await write('grantConsent')).toEqual({ effectiveInMs: 0 });
      expect(await seen(gateway)).toBe('GIVEN');
      // Another consent subgraph, with other settings, may have granted it a lease.
      expect(await write('withdrawConsent')).toEqual({ effectiveInMs: 31_000 });
      expect(await seen(gateway)).toBe('WITHDRAWN');
      expect(gateway.cache.stats()).toMatchObject({ hits: 0, misses: 2, sourceReads: 2 });
      expect(told).toEqual([expect.stringContaining(said)]);
    },
  );

  test('is 0 again once Redis is back', async () => {
    await startServer('with Redis');
    await redis.kill();
    expect(await write('grantConsent')).toEqual({ effectiveInMs: 31_000 });
    redis = await startRedis({ port: redis.port });
    await expect
      .poll(async () => await write('withdrawConsent'), { timeout: 10_000 })
      .toEqual({ effectiveInMs: 0 });
  });
});

test('no request that starts after the answer to a withdrawal sees the consent, however many read meanwhile', async () => {
  await startServer('with Redis');
  await Promise.all([addGateway(), addGateway(), addGateway()]);
  const done = new AbortController();
  const readers = gateways.flatMap((gateway) =>
    Array.from({ length: 4 }, async () => {
      while (!done.signal.aborted) await seen(gateway);
    }),
  );
  const after: string[] = [];
  for (let round = 0; round < 40; round += 1) {
    await write('grantConsent');
    await seen(gateways[round % 3] ?? (await addGateway()));
    expect(await write('withdrawConsent')).toEqual({ effectiveInMs: 0 });
    after.push(...(await Promise.all(gateways.map(seen))));
  }
  done.abort();
  await Promise.all(readers);
  expect(new Set(after)).toEqual(new Set(['WITHDRAWN']));
  const hits = gateways.reduce((sum, { cache }) => sum + cache.stats().hits, 0);
  expect(hits).toBeGreaterThan(0);
});

test('a gateway without the consent subgraph knows nothing of anybody', async () => {
  await startServer('with Redis');
  const gateway = await addGateway();
  await write('grantConsent');
  await server.stop();
  expect(await seen(gateway)).toBe('unavailable');
});
