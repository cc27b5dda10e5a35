import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identifyByHeaders } from '../../../gateway/callers/caller.ts';
import { openRateLimit, type RateLimit } from '../../../gateway/limits/rateLimit.ts';
import { startGateway } from '../../gatewayHarness.ts';
import { freePort, startRedis, startSentinel, type RedisServer } from '../../harness.ts';
import { startRedisCluster } from '../../redisCluster.ts';

const stack = new AsyncDisposableStack();
afterAll(async () => await stack.disposeAsync());

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
  stack.defer(async () => await redis.stop());
});

interface Opened extends RateLimit {
  /** How many of so many requests at once pass. */
  readonly passing: (count: number, client?: string) => Promise<number>;
  readonly logged: () => string;
}

/** `redisTimeoutMs`: a machine that is busy with other tests is given time. */
const open = (
  redisUrl: string | null,
  { rateRequests = 10, rateWindowMs = 60_000, redisTimeoutMs = 5_000 } = {},
): Opened => {
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line: string) => void lines.push(line) });
  const limit = openRateLimit({ limits: { rateRequests, rateWindowMs }, redisUrl, redisTimeoutMs, logger });
  stack.defer(() => limit.close());
  const identify = limit.limited(identifyByHeaders);
  return {
    ...limit,
    logged: () => lines.join(''),
    async passing(count, client = 'support-desk') {
      const headers = new Headers({ 'x-client-id': client });
      const outcomes = await Promise.allSettled(
        Array.from({ length: count }, async () => await identify(headers)),
      );
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') continue;
        expect(outcome.reason).toMatchObject({ extensions: { code: 'RATE_LIMITED', http: { status: 429 } } });
      }
      return outcomes.filter(({ status }) => status === 'fulfilled').length;
    },
  };
};

/** Until Redis counts, each counts alone: a client of its own sees when that is over. */
const counting = async (limits: readonly Opened[]): Promise<void> => {
  for (const [at, limit] of limits.entries()) {
    for (let waited = 0; ; waited += 50) {
      const key = `probe-${at}-${waited}-${Math.random()}`;
      await limit.passing(1, key);
      const other = limits[at === 0 ? limits.length - 1 : 0];
      await sleep(50);
      const seen = (await limit.passing(9, key)) + ((await other?.passing(10, key)) ?? 0);
      if (seen === 9) break;
      if (waited > 10_000) throw new Error('Redis did not count in 10 s.');
    }
  }
};

describe('without a Redis', () => {
  it('a client is limited, and no other for it', async () => {
    const limit = open(null);
    expect(await limit.passing(30)).toBe(10);
    expect(await limit.passing(5, 'marketing')).toBe(5);
  });

  it('nobody is counted who is not identified', async () => {
    const limit = open(null, { rateRequests: 1 });
    const identify = limit.limited(async () => await Promise.reject(new Error('nobody')));
    await expect(identify(new Headers())).rejects.toThrow('nobody');
    expect(await limit.passing(2)).toBe(1);
  });
});

describe('with one Redis', () => {
  it('all gateways count together', async () => {
    const [one, two] = [open(redis.url), open(redis.url)];
    await counting([one, two]);
    expect((await one.passing(30)) + (await two.passing(30))).toBe(10);
  });

  it('time passes by its clock', async () => {
    const limit = open(redis.url, { rateRequests: 5, rateWindowMs: 500 });
    // Until it is connected, time passes by the gateway's own.
    await sleep(1_000);
    expect(await limit.passing(20, 'a')).toBeLessThanOrEqual(5);
    await sleep(1_100);
    expect(await limit.passing(20, 'a')).toBe(5);
  });

  it('that is frozen, each counts alone and no request waits long; once it is back, together', async () => {
    const server = await startRedis();
    stack.defer(async () => await server.stop());
    const patience = { redisTimeoutMs: 1_000 };
    const [one, two] = [open(server.url, patience), open(server.url, patience)];
    await counting([one, two]);
    await server.pause();
    const began = performance.now();
    expect([await one.passing(30, 'a'), await two.passing(30, 'a')]).toEqual([10, 10]);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(one.logged()).toContain('requests are counted by each gateway alone');
    expect(one.logged()).not.toMatch(/support-desk|sudare:rate/);
    await server.resume();
    await counting([one, two]);
    expect((await one.passing(30, 'b')) + (await two.passing(30, 'b'))).toBe(10);
  });

  it('that is killed, never unlimited', async () => {
    const server = await startRedis();
    const limit = open(server.url);
    await counting([limit, open(server.url)]);
    await server.kill();
    expect(await limit.passing(30, 'a')).toBe(10);
  });

  it('that was never there, never unlimited', async () => {
    const limit = open(`redis://127.0.0.1:${await freePort()}`);
    expect(await limit.passing(30)).toBe(10);
  });
});

it('by Sentinels, all gateways count together', async () => {
  const sentinel = await startSentinel({ primaryPort: redis.port, name: 'limits', downAfterMs: 5_000 });
  stack.defer(async () => await sentinel.stop());
  const url = `redis-sentinel://127.0.0.1:${sentinel.port}#limits`;
  const [one, two] = [open(url), open(url)];
  await counting([one, two]);
  expect((await one.passing(30, 's')) + (await two.passing(30, 's'))).toBe(10);
});

it('on a Cluster, all gateways count together', async () => {
  const cluster = await startRedisCluster();
  stack.defer(async () => await cluster.stop());
  const [one, two] = [open(cluster.url), open(cluster.url)];
  await counting([one, two]);
  for (const client of ['a', 'b', 'c', 'd', 'e']) {
    expect((await one.passing(30, client)) + (await two.passing(30, client))).toBe(10);
  }
});

it('over HTTP, a client is told when to come again', async () => {
  const limit = open(null, { rateRequests: 2 });
  const gateway = await startGateway({
    subgraphs: [{ name: 'people', typeDefs: 'type Query { hello: String }' }],
    override: { identify: limit.limited(identifyByHeaders) },
  });
  try {
    const answers = [];
    for (let at = 0; at < 3; at += 1) answers.push(await gateway.send({ query: '{ hello }' }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    const [, , refused] = answers;
    expect(refused?.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    // Whoever watches must know whom to ask.
    const told = gateway
      .logged()
      .split('\n')
      .find((line) => line.includes('RATE_LIMITED'));
    expect(JSON.parse(told ?? 'null')).toMatchObject({ client: 'support-desk', status: 429 });
    expect((await gateway.send({ query: '{ hello }', client: 'marketing-app' })).status).not.toBe(429);
  } finally {
    await gateway.close();
  }
});
