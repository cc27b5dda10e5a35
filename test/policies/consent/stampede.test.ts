import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createConsentCache, type ConsentCache } from '../../../policies/consent/cache.ts';
import { createGraphqlConsentSource } from '../../../policies/consent/source/graphqlSource.ts';
import { createConsentLookup, type ConsentLookup } from '../../../policies/consent/lookup.ts';
import { startRedis, type RedisServer } from '../../harness.ts';

const REQUESTS = 10_000;
/** Of the source, for each read. */
const DELAY_MS = 100;
const TIMEOUT_MS = 20_000;
const KILOBYTE = 1024;
const COLD = 'user:u_1';

const asked = z.object({ variables: z.object({ subjects: z.array(z.string()) }) });

let redis: RedisServer;
let server: Server;
let calls: (readonly string[])[];
let given: 'GIVEN' | 'WITHDRAWN';
let closing: ConsentLookup[];

beforeEach(async () => {
  calls = [];
  closing = [];
  given = 'GIVEN';
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { subjects } = asked.parse(JSON.parse(body)).variables;
      calls.push(subjects);
      const answer = answerFor(subjects);
      setTimeout(() => response.end(answer), DELAY_MS);
    });
  });
  redis = await startRedis();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await Promise.all(closing.map(async (lookup) => await lookup.close()));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await redis.stop();
});

function answerFor(subjects: readonly string[]): string {
  const entries = [
    { purpose: 'p', recipient: null, state: given, at: '2026-01-01T00:00:00Z', expiresAt: null },
  ];
  const states = subjects.map((subject) => ({
    subject,
    suspended: false,
    lastServiceUse: null,
    collectionMethods: [],
    entries,
  }));
  return JSON.stringify({ data: { _consentStates: { leaseMs: 30_000, states } } });
}

async function open(withCache: 'with Redis' | 'without Redis'): Promise<ConsentLookup> {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const cache: ConsentCache | null =
    withCache === 'without Redis'
      ? null
      : createConsentCache({
          redisUrl: redis.url,
          keySecret: new Uint8Array(32).fill(7),
          onError: () => undefined,
        });
  const source = createGraphqlConsentSource({ url: `http://127.0.0.1:${port}/`, timeoutMs: TIMEOUT_MS });
  const lookup = createConsentLookup({ source, cache, timeoutMs: TIMEOUT_MS });
  closing.push(lookup);
  if (cache !== null) expect(await cache.ready(5_000)).toBe(true);
  return lookup;
}

/** What a request of its own finds out about somebody. */
async function lookUp(lookup: ConsentLookup, subject = COLD): Promise<string> {
  const state = (await lookup.forRequest().load([subject])).get(subject);
  return state?.kind === 'known' ? (state.state.entries[0]?.state ?? 'nothing') : 'unavailable';
}

const pause = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));

describe.each(['with Redis', 'without Redis'] as const)(`${REQUESTS} requests at once, %s`, (withCache) => {
  test('for one subject that is cold make a handful of reads', async () => {
    const lookup = await open(withCache);
    const before = process.memoryUsage().heapUsed;
    const cpuBefore = process.cpuUsage();
    const all = Array.from({ length: REQUESTS }, async () => await lookUp(lookup));
    await pause(DELAY_MS / 2);
    const grown = process.memoryUsage().heapUsed - before;
    const found = await Promise.all(all);
    const { user, system } = process.cpuUsage(cpuBefore);

    expect(new Set(found)).toEqual(new Set(['GIVEN']));
    expect(calls.length).toBeLessThanOrEqual(4);
    expect(lookup.stats().source).toMatchObject({ reads: calls.length, inFlight: 0, waiting: 0, refused: 0 });
    // Measured: 10 to 14 KB and 0.1 to 0.2 ms for each; of the processor, since the machine may be busy.
    expect(grown / REQUESTS).toBeLessThan(30 * KILOBYTE);
    expect((user + system) / REQUESTS).toBeLessThan(1_000);
  });

  test('for as many subjects that are cold go out together', async () => {
    const lookup = await open(withCache);
    const names = Array.from({ length: REQUESTS }, (_, index) => `user:u_${index}`);
    const found = await Promise.all(names.map(async (name) => await lookUp(lookup, name)));
    expect(new Set(found)).toEqual(new Set(['GIVEN']));
    expect(new Set(calls.flat())).toEqual(new Set(names));
    // A thousand in each at most, and a few that were sent before others had come.
    expect(calls.length).toBeLessThan(60);
  });
});

test('requests that keep coming share reads too, and none is told what was true before it came', async () => {
  const lookup = await open('without Redis');
  const started = performance.now();
  const outdated: string[] = [];
  const all: Promise<void>[] = [];
  for (let wave = 0; wave < 100; wave += 1) {
    // What is withdrawn and acknowledged here is so for all who come after it.
    if (wave === 50) given = 'WITHDRAWN';
    const expected = given;
    for (let index = 0; index < 100; index += 1) {
      all.push(
        (async () => {
          const found = await lookUp(lookup);
          if (expected === 'WITHDRAWN' && found !== 'WITHDRAWN') outdated.push(found);
        })(),
      );
    }
    await pause(5);
  }
  await Promise.all(all);
  expect(outdated).toEqual([]);
  // One read after the other, and no more.
  expect(calls.length).toBeLessThanOrEqual((performance.now() - started) / DELAY_MS + 2);
  expect(calls.length).toBeGreaterThan(2);
});
