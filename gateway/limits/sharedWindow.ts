import type { Cluster, Redis } from 'ioredis';
import { createRedisClient } from '../../policies/consent/redis/redisClient.ts';
import { reason } from '../../policies/consent/redis/redisFailure.ts';
import { waitFor } from './slidingWindow.ts';

/** A sliding window that all gateways with one Redis share. */
export interface SharedWindow {
  /**
   * Counts one request of `key`.
   *
   * @returns 0 where it is within the limit, else how many ms to wait; `null` where Redis did not say so in time.
   */
  readonly take: (key: string) => Promise<number | null>;
  readonly close: () => void;
}

/** Options of `openSharedWindow`. */
export interface SharedWindowOptions {
  /** As for consent states: one server, Sentinels or nodes of a Cluster. */
  readonly redisUrl: string;
  readonly limit: number;
  readonly windowMs: number;
  /** Longer than this a request does not wait, in ms. */
  readonly timeoutMs: number;
  /** Told of failures in words that hold no keys and no credentials. */
  readonly onError: (error: Error) => void;
}

/** After a failure Redis is not asked for so long, so that not every request waits for one that hangs. */
const LEFT_ALONE_MS = 1_000;

/**
 * One key a client, so that a Cluster has all of it in one place; Redis's own clock, which all gateways share.
 * Fields: number of the window, count in it, count in the one before.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit, size = tonumber(ARGV[1]), tonumber(ARGV[2])
local window, elapsed = math.floor(now / size), now % size
local known = redis.call('HMGET', KEYS[1], 'w', 'c', 'b')
local count, before = tonumber(known[2] or 0), tonumber(known[3] or 0)
local last = tonumber(known[1] or -2)
if last ~= window then
  before = last == window - 1 and count or 0
  count = 0
end
if before * (1 - elapsed / size) + count + 1 > limit then return {elapsed, count, before} end
redis.call('HSET', KEYS[1], 'w', window, 'c', count + 1, 'b', before)
redis.call('PEXPIRE', KEYS[1], size * 2)
return {}
`;

/** Opens the window. Redis is connected to in the background; until then, and while it is away, `take` gives `null`. */
export function openSharedWindow(options: SharedWindowOptions): SharedWindow {
  const { redisUrl, limit, windowMs, timeoutMs, onError } = options;
  const redis = createRedisClient(redisUrl, timeoutMs);
  let closed = false;
  let leftAloneUntil = 0;
  const failed = (error: unknown): void => {
    leftAloneUntil = performance.now() + LEFT_ALONE_MS;
    if (!closed) onError(new Error(`Redis did not count requests: ${reason(error)}`));
  };
  redis.on('error', failed);
  const connect = (): void => void redis.connect().catch(failed);
  // ioredis gives up where a connection is ended while it is being made.
  redis.on('end', () => {
    if (!closed) setTimeout(() => closed || connect(), LEFT_ALONE_MS).unref();
  });
  redis.defineCommand('sudareTake', { numberOfKeys: 1, lua: TAKE });
  connect();

  return {
    async take(key) {
      if (redis.status !== 'ready' || performance.now() < leftAloneUntil) return null;
      try {
        const said = await runTake(redis, key, limit, windowMs);
        if (!Array.isArray(said)) throw new Error('An answer of another kind.');
        if (said.length === 0) return 0;
        const [elapsed = 0, count = 0, before = 0] = said.map(Number);
        // Rounding must not make a refusal of Redis's into a permission.
        return Math.max(1, waitFor({ limit, windowMs, elapsed, count, before }));
      } catch (error) {
        failed(error);
        return null;
      }
    },
    close() {
      closed = true;
      redis.disconnect();
    },
  };
}

async function runTake(
  redis: Redis | Cluster,
  key: string,
  limit: number,
  windowMs: number,
): Promise<unknown> {
  if (!('sudareTake' in redis) || typeof redis.sudareTake !== 'function') return null;
  return (await redis.sudareTake(key, limit, windowMs)) as unknown;
}
