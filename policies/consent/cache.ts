import { randomUUID } from 'node:crypto';
import type { ClientContext, Result } from 'ioredis';
import { createStateDecoder, encodeState } from './encoding.ts';
import { connectRedis, parseInfo, reason, UNANSWERED } from './redisConnection.ts';
import type { RedisRun } from './redisConnection.ts';
import type { SourceAnswer } from './source.ts';
import type { ConsentState } from './state.ts';
import { createSubjectKeys } from './subjectKeys.ts';

/** Consent states shared between gateways in one Redis. Failures of Redis show in time, never in answers. */
export interface ConsentCache {
  /**
   * The states of the subjects, in their order: from Redis where it has them (one round trip for any
   * number), the others from `readSource`, which is called at most once. Throws only what that throws.
   */
  readonly read: (subjects: readonly string[], readSource: ReadSource) => Promise<readonly ConsentState[]>;
  /**
   * For writers, after the commit: makes everything that was read before it unusable. `true` only where one
   * standalone Redis acknowledged, so that nothing older than the commit can be read from now on.
   */
  readonly invalidate: (subjects: readonly string[]) => Promise<boolean>;
  /** Waits until Redis is usable, at most `timeoutMs`; nobody needs to. */
  readonly ready: (timeoutMs: number) => Promise<boolean>;
  readonly stats: () => CacheStats;
  readonly close: () => Promise<void>;
}

export type ReadSource = (subjects: readonly string[]) => Promise<SourceAnswer>;

/** Totals since creation. `roundTrips` counts exchanges with Redis on behalf of reads. */
export interface CacheStats {
  readonly roundTrips: number;
  readonly hits: number;
  readonly misses: number;
  readonly sourceReads: number;
}

/**
 * Options of `createConsentCache`.
 * `redisUrl`: redis:// or rediss://, one server, the same for all gateways and the consent subgraph.
 * `keySecret`: at least 32 bytes, likewise the same. `onError`: is told of Redis failures, without values.
 */
export interface ConsentCacheOptions {
  readonly redisUrl: string;
  readonly keySecret: Uint8Array;
  readonly onError: (error: Error) => void;
}

const MIN_SECRET_BYTES = 32;

/** A source read that takes longer is not kept. */
const MARKER_LIFE_MS = 30_000;

/*
 * How a withdrawn consent cannot come back (DESIGN §7):
 *
 *   reader:  MARK ────── read source ────── FILL
 *   writer:              commit ─ DEL entry, marker
 *
 * A reader leaves a random marker before it reads the source, and stores what it read only if that very
 * marker is still there. A writer deletes both after its commit. So what is stored was read after the last
 * DEL before it, and every later DEL removes it. Whatever removes a marker (DEL, eviction, expiry, FLUSH)
 * costs a refused fill and nothing else; versions compared at the store would be lost with the eviction.
 * Readers may share a marker, since all of them read after it was set.
 *
 * `t` is Redis's clock before the source was read, and an entry ends at t + lease: where no DEL arrives, that
 * bounds its age whatever the reader's clock or pauses. Keys name the server's run, so that a snapshot that a
 * restart brings back is never read.
 */
const MARK = `
local now = redis.call('TIME')
local answer = { now[1] * 1000 + math.floor(now[2] / 1000) }
for i, marker in ipairs(KEYS) do
  redis.call('SET', marker, ARGV[1], 'NX', 'PX', ARGV[2])
  answer[i + 1] = redis.call('GET', marker)
end
return answer`;

const FILL = `
local now = redis.call('TIME')
if now[1] * 1000 + math.floor(now[2] / 1000) >= tonumber(ARGV[1]) then return 0 end
local stored = 0
for i = 1, #KEYS, 2 do
  if redis.call('GET', KEYS[i]) == ARGV[i + 1] then
    redis.call('SET', KEYS[i + 1], ARGV[i + 2], 'PXAT', ARGV[1])
    redis.call('DEL', KEYS[i])
    stored = stored + 1
  end
end
return stored`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    sudareMark: Script<Context>;
    sudareFill: Script<Context>;
  }
}

type Script<Context extends ClientContext> = (
  keyCount: number,
  scriptKeys: readonly string[],
  scriptArguments: readonly string[],
) => Result<unknown, Context>;

interface Marks {
  /** Redis's clock before the source is read, ms. */
  readonly time: number;
  /** One marker for each subject. */
  readonly tokens: readonly string[];
}

/** Throws `TypeError` for a URL that is not Redis's or a secret that is too short. Connects by itself. */
export function createConsentCache(options: ConsentCacheOptions): ConsentCache {
  if (options.keySecret.byteLength < MIN_SECRET_BYTES) {
    throw new TypeError(`The cache key secret must be at least ${MIN_SECRET_BYTES} bytes long.`);
  }
  const keys = createSubjectKeys(options.keySecret);
  const decodeState = createStateDecoder();
  const connection = connectRedis(options.redisUrl, keys, options.onError);
  const { redis } = connection;
  redis.defineCommand('sudareMark', { lua: MARK });
  redis.defineCommand('sudareFill', { lua: FILL });
  const stats = { roundTrips: 0, hits: 0, misses: 0, sourceReads: 0 };

  /** `null` where Redis failed or is no longer on that run. `send` is called in this very tick. */
  async function exchange<T>(run: RedisRun, send: () => Promise<T>): Promise<T | null> {
    if (connection.run() !== run) return null;
    stats.roundTrips += 1;
    try {
      return await send();
    } catch (error) {
      failed(error);
      return null;
    }
  }

  function failed(error: unknown): void {
    if (reason(error) === UNANSWERED) connection.doubt();
    options.onError(new Error(`Redis failed: ${reason(error)}`));
  }

  async function held(run: RedisRun, subjects: readonly string[]): Promise<(ConsentState | null)[] | null> {
    const names = subjects.map((subject) => keys.entry(run.id, subject));
    const texts = await exchange(run, async () => await redis.mget(names));
    if (texts === null) return null;
    return subjects.map((subject, index) => {
      const text = texts[index];
      return typeof text === 'string' ? decodeState(subject, text) : null;
    });
  }

  async function mark(run: RedisRun, subjects: readonly string[]): Promise<Marks | null> {
    const markers = subjects.map((subject) => keys.marker(run.id, subject));
    const life = String(MARKER_LIFE_MS);
    const answer = await exchange(
      run,
      async () => await redis.sudareMark(markers.length, markers, [randomUUID(), life]),
    );
    if (!Array.isArray(answer)) return null;
    const [time, ...tokens] = answer as readonly unknown[];
    if (typeof time !== 'number' || !tokens.every((token) => typeof token === 'string')) return null;
    return { time, tokens };
  }

  async function fill(run: RedisRun, marks: Marks, { leaseMs, states }: SourceAnswer): Promise<void> {
    if (leaseMs === 0) return;
    const names = states.flatMap(({ subject }) => [
      keys.marker(run.id, subject),
      keys.entry(run.id, subject),
    ]);
    const values = states.flatMap((state, index) => [marks.tokens[index] ?? '', encodeState(state)]);
    const end = String(marks.time + leaseMs);
    await exchange(run, async () => await redis.sudareFill(names.length, names, [end, ...values]));
  }

  async function fromSource(subjects: readonly string[], readSource: ReadSource): Promise<SourceAnswer> {
    stats.misses += subjects.length;
    stats.sourceReads += 1;
    return await readSource(subjects);
  }

  return {
    read: async (subjects, readSource) => {
      if (subjects.length === 0) return [];
      const run = connection.run();
      const found = run === null ? null : await held(run, subjects);
      if (run === null || found === null) return (await fromSource(subjects, readSource)).states;

      const missing = subjects.filter((_, index) => found[index] === null);
      stats.hits += subjects.length - missing.length;
      if (missing.length === 0) return found.filter((state) => state !== null);

      const marks = await mark(run, missing);
      const answer = await fromSource(missing, readSource);
      if (marks !== null) await fill(run, marks, answer);
      let next = 0;
      return found.flatMap((state) => state ?? answer.states[next++] ?? []);
    },

    invalidate: async (subjects) => {
      const run = connection.run();
      if (run === null || subjects.length === 0) return false;
      const names = subjects.flatMap((subject) => [
        keys.entry(run.id, subject),
        keys.marker(run.id, subject),
      ]);
      try {
        // Replicas could take over with what a DEL has not reached yet; one may have joined since we connected.
        const [deleted, info] = (await redis.pipeline().del(names).info('replication').exec()) ?? [];
        const error = deleted?.[0] ?? info?.[0];
        if (error != null) throw error;
        return run.standalone && isAlone(String(info?.[1]));
      } catch (error) {
        failed(error);
        return false;
      }
    },

    ready: connection.ready,
    stats: () => ({ ...stats }),
    close: async () => connection.close(),
  };
}

/** Whether an INFO is that of a primary without replicas. */
function isAlone(info: string): boolean {
  const fields = parseInfo(info);
  return fields.get('role') === 'master' && fields.get('connected_slaves') === '0';
}
