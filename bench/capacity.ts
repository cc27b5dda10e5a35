import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { createConsentCache } from '../policies/consent/cache.ts';
import type { SourceAnswer } from '../policies/consent/source/source.ts';
import { createSubjectKeys } from '../policies/consent/redis/subjectKeys.ts';
import { startRedis } from '../test/harness.ts';
import { median } from './statistics.ts';

const run = promisify(execFile);

/** How much is kept, and how it is asked. */
export interface CapacityOptions {
  readonly subjects: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** What a full cache takes, and how long it takes to answer. Times in ms, medians of all calls. */
export interface Capacity {
  readonly subjects: number;
  /** Of Redis, for each subject that is kept. */
  readonly bytesPerSubject: number;
  /** One `MGET` of a thousand by `redis-benchmark`, by ioredis alone, and as the gateway reads consents. */
  readonly benchmark: number;
  readonly client: number;
  readonly cache: number;
}

const SECRET = new Uint8Array(32).fill(9);
const BATCH = 1_000;
/** Longer than the longest run. */
const LEASE_MS = 6 * 3_600_000;
const MOST_PASSES = 5;
const CALLS_A_ROUND = 100;
/** Lists of a thousand that take turns, so that nothing is read from anybody's memory of the last call. */
const LISTS = 64;

/** Fills a Redis of its own with consents, then times reading a thousand of them at a time. */
export async function measureCapacity(
  options: CapacityOptions,
  stack: AsyncDisposableStack,
): Promise<Capacity> {
  const { subjects, rounds, say } = options;
  const server = await startRedis();
  stack.defer(async () => await server.stop());
  const redis = new Redis(server.url);
  stack.defer(() => redis.disconnect());
  const cache = createConsentCache({
    redisUrl: server.url,
    keySecret: SECRET,
    onError: ({ message }) => say(message),
  });
  stack.defer(async () => await cache.close());
  if (!(await cache.ready(10_000))) throw new Error('Redis did not become usable.');

  const empty = await usedMemory(redis);
  const read = cache.readThrough(source);
  // What is not kept, since a command took too long on a busy machine, is filled in by another pass.
  for (let pass = 0; (await redis.dbsize()) < subjects; pass += 1) {
    if (pass === MOST_PASSES) throw new Error('Redis does not keep all of them.');
    for (let first = 0; first < subjects; first += BATCH) {
      await read(listFrom(first, Math.min(BATCH, subjects - first)));
      if (first % 100_000 === 0) say(`${String(first)} of ${String(subjects)} kept`);
    }
  }
  const full = await usedMemory(redis);

  const lists = Array.from({ length: LISTS }, (_, index) => spread(index, subjects));
  const keys = createSubjectKeys(SECRET);
  const runId = /run_id:(\w+)/.exec(await redis.info('server'))?.[1] ?? '';
  const names = lists.map((list) => list.map((subject) => keys.entry(runId, subject)));

  const times = { benchmark: [] as number[], client: [] as number[], cache: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.benchmark.push(await byBenchmark(server.port, names[round % LISTS] ?? []));
    for (let call = 0; call < CALLS_A_ROUND; call += 1) {
      times.client.push(await timed(async () => await redis.mget(names[call % LISTS] ?? [])));
      const { sourceReads } = cache.stats();
      const took = await timed(async () => await read(lists[call % LISTS] ?? []));
      // A command that took too long on a busy machine was given up, and the source was read.
      if (cache.stats().sourceReads === sourceReads) times.cache.push(took);
    }
    say(`round ${String(round + 1)} of ${String(rounds)}`);
  }
  return {
    subjects,
    bytesPerSubject: (full - empty) / subjects,
    benchmark: median(times.benchmark),
    client: median(times.client),
    cache: median(times.cache),
  };
}

/** As most people's states are: one consent, known since when and how. */
async function source(subjects: readonly string[]): Promise<SourceAnswer> {
  const at = Date.UTC(2026, 0, 2);
  const entry = { purpose: 'marketing.recommendation', recipient: null, state: 'GIVEN', at, expiresAt: null };
  const states = subjects.map((subject) => ({
    subject,
    suspended: false,
    lastServiceUse: at,
    collectionMethods: ['survey_response'],
    entries: [{ ...entry, state: 'GIVEN' as const }],
    reference: 'abcdefghijklmnopqrstuv',
  }));
  return await Promise.resolve({ leaseMs: LEASE_MS, states });
}

function listFrom(first: number, length: number): string[] {
  return Array.from({ length }, (_, index) => `user:u_${String(first + index)}`);
}

/** A thousand subjects from all over. */
function spread(index: number, subjects: number): string[] {
  const stride = Math.max(1, Math.floor(subjects / BATCH));
  return Array.from({ length: BATCH }, (_, at) => `user:u_${String((at * stride + index * 13) % subjects)}`);
}

async function usedMemory(redis: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Median latency of the same command from `redis-benchmark`, ms. */
async function byBenchmark(port: number, names: readonly string[]): Promise<number> {
  const flags = ['-p', String(port), '-c', '1', '-n', String(CALLS_A_ROUND), '--csv', 'mget', ...names];
  const { stdout } = await run('redis-benchmark', flags, { maxBuffer: 64 * 1024 * 1024 });
  // "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms",…: the name is the whole command.
  const values = stdout.trimEnd().split('\n').at(-1)?.split('","').slice(1) ?? [];
  const p50 = Number(values[3]);
  if (!Number.isFinite(p50)) throw new Error('redis-benchmark printed something else than expected.');
  return p50;
}
