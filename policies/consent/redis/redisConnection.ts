import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { CHANGED, ELSEWHERE, reason, UNANSWERED } from './redisFailure.ts';

/** A connection that knows which run of the server it talks to. */
export interface RedisConnection {
  readonly redis: Redis;
  /** Name of the run of the server process that commands sent in this tick will reach; `null`: do not send any. */
  readonly run: () => string | null;
  /** `run`, but `null` also while it is doubtful that anything would be answered in time. */
  readonly responsiveRun: () => string | null;
  /**
   * Calls `send` in this very tick if the server is on that run. `null` where it is not, or `send` fails, of which
   * `onError` is told then.
   */
  readonly exchange: <T>(run: string, send: () => Promise<T>) => Promise<T | null>;
  /** Counts connections: what it is, and stays, while this is the same. */
  readonly connection: () => number;
  /** Told of a command that failed by itself, within an exchange. */
  readonly failed: (error: unknown) => void;
  /** Resolves with whether the server is usable, at the latest after `timeoutMs`. */
  readonly ready: (timeoutMs: number) => Promise<boolean>;
  readonly close: () => void;
}

/**
 * Options of `connectRedis`.
 * `identify`: resolves with the run of a server that we have just connected to, throws where it must not be used.
 * `onError`: is told in words that hold no keys and no credentials. `onExchange`: once for each exchange.
 * `onElsewhere`: told that this is not, or may no longer be, the server to ask.
 */
export interface RedisConnectionOptions {
  readonly options: RedisOptions;
  readonly identify: (redis: Redis) => Promise<string>;
  readonly onError: (error: Error) => void;
  readonly onExchange?: () => void;
  readonly onElsewhere?: (why: string) => void;
}

/** A connection that stays silent is given up; until there is a new one, requests do not wait for Redis. */
const DOUBTED_MS = 250;
const UNUSABLE_RETRY_MS = 1_000;

/** Connects to one Redis (6.2 or later), and connects again for ever. */
export function connectRedis(given: RedisConnectionOptions): RedisConnection {
  const { onError, onElsewhere } = given;
  const redis = new Redis(given.options);
  let run: string | null = null;
  let connection = 0;
  let doubted: NodeJS.Timeout | null = null;
  let closed = false;

  // INVARIANT: no command carries the run id of another connection: the id is forgotten before a new socket
  // can be there and learnt on that socket. Test: test/policies/consent/cache.test.ts, "restarted".
  const forget = (): void => {
    run = null;
    connection += 1;
    clearTimeout(doubted ?? undefined);
    doubted = null;
  };
  // Not `socketTimeout` of ioredis 5: its timer outlives the connection that it was set for, and cuts off the next one.
  const doubt = (): void => {
    if (doubted !== null) return;
    const { stream } = redis;
    const received = stream.bytesRead;
    doubted = setTimeout(() => {
      doubted = null;
      if (stream.bytesRead === received) stream.destroy(new Error('Socket timeout'));
    }, DOUBTED_MS).unref();
  };
  const learn = async (): Promise<void> => {
    forget();
    const mine = connection;
    try {
      const found = await given.identify(redis);
      if (connection === mine) run = found;
    } catch (error) {
      if (connection !== mine) return;
      if (reason(error) === UNANSWERED) doubt();
      onError(new Error(`Redis is not used: ${reason(error)}`));
      onElsewhere?.(reason(error));
      setTimeout(() => {
        if (connection === mine) redis.disconnect(true);
      }, UNUSABLE_RETRY_MS).unref();
    }
  };
  const lost = (): void => {
    forget();
    if (!closed) onElsewhere?.('Connection is closed');
  };
  redis.on('ready', () => void learn());
  redis.on('close', lost);
  redis.on('end', () => {
    forget();
    // ioredis gives up where a connection is ended while it is being made.
    if (!closed)
      setTimeout(() => closed || void redis.connect().catch(() => undefined), UNUSABLE_RETRY_MS).unref();
  });
  redis.on('error', (error: unknown) => onError(new Error(`Redis: ${reason(error)}`)));

  const failed = (error: unknown): void => {
    const why = reason(error);
    if (ELSEWHERE.has(why) && onElsewhere !== undefined) return onElsewhere(why);
    if (why === UNANSWERED) doubt();
    if (CHANGED.has(why) && run !== null) {
      forget();
      redis.disconnect(true);
    }
    return onError(new Error(`Redis failed: ${why}`));
  };
  const current = (): string | null => (redis.status === 'ready' ? run : null);

  return {
    redis,
    run: current,
    connection: () => connection,
    responsiveRun: () => (doubted === null ? current() : null),
    exchange: async (expected, send) => {
      if (current() !== expected) return null;
      given.onExchange?.();
      try {
        return await send();
      } catch (error) {
        failed(error);
        return null;
      }
    },
    failed,
    ready: async (timeoutMs) => await eventually(() => run !== null, timeoutMs),
    close: () => {
      closed = true;
      forget();
      redis.disconnect();
    },
  };
}

/** Resolves with whether `holds` came true within `timeoutMs`. */
export async function eventually(holds: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const now = holds();
    if (now || performance.now() >= deadline) return now;
    await new Promise((next) => setTimeout(next, 5));
  }
}
