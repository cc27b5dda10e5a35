import { Redis } from 'ioredis';
import type { SubjectKeys } from './subjectKeys.ts';

/** The server behind a connection, learnt anew on every connect. */
export interface RedisRun {
  /** Random name of this run of the server process. */
  readonly id: string;
  /** Not a member of a cluster. */
  readonly standalone: boolean;
}

/** A connection that knows which run of the server it talks to. */
export interface RedisConnection {
  readonly redis: Redis;
  /** The run that commands sent now, in this tick, will reach; `null`: do not send any. */
  readonly run: () => RedisRun | null;
  /** Told that a command went unanswered: where nothing else comes in for a while either, the connection is given up. */
  readonly doubt: () => void;
  /** Resolves with whether the server is usable, at the latest after `timeoutMs`. */
  readonly ready: (timeoutMs: number) => Promise<boolean>;
  readonly close: () => void;
}

/** A command unanswered for longer counts as failed, so that a frozen Redis delays requests by no more. */
const COMMAND_TIMEOUT_MS = 250;
/** A connection that stays silent is given up; until there is a new one, requests do not wait for Redis. */
const DOUBTED_MS = 250;
/** An idle connection that something on the way has dropped is noticed before it is used. */
const KEEP_ALIVE_MS = 30_000;
const CONNECT_TIMEOUT_MS = 1_000;
const MAX_RECONNECT_DELAY_MS = 500;
const UNUSABLE_RETRY_MS = 1_000;

/**
 * Connects to one Redis (6.2 or later). Nothing is queued while disconnected and nothing is ever sent twice.
 * `onError` is told in words that hold no keys and no credentials.
 * Throws `TypeError` for a URL that is not redis:// or rediss://.
 */
export function connectRedis(
  redisUrl: string,
  keys: SubjectKeys,
  onError: (error: Error) => void,
): RedisConnection {
  if (!/^rediss?:\/\/[^/]/.test(redisUrl) || URL.parse(redisUrl) === null) {
    throw new TypeError(
      'The Redis URL must look like redis://host:6379 or rediss://user:password@host:6379.',
    );
  }
  const redis = new Redis(redisUrl, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    keepAlive: KEEP_ALIVE_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (attempt) => Math.min(50 * attempt, MAX_RECONNECT_DELAY_MS),
  });
  let run: RedisRun | null = null;
  let connection = 0;
  let doubted: NodeJS.Timeout | null = null;

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
      const found = await identify(redis, keys);
      if (connection === mine) run = found;
    } catch (error) {
      if (connection !== mine) return;
      if (reason(error) === UNANSWERED) doubt();
      onError(new Error(`Redis is not used: ${reason(error)}`));
      setTimeout(() => {
        if (connection === mine) redis.disconnect(true);
      }, UNUSABLE_RETRY_MS).unref();
    }
  };
  redis.on('ready', () => void learn());
  redis.on('close', forget);
  redis.on('end', forget);
  redis.on('error', (error: unknown) => onError(new Error(`Redis: ${reason(error)}`)));

  return {
    redis,
    doubt,
    run: () => (redis.status === 'ready' ? run : null),
    ready: async (timeoutMs) => {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        if (run !== null || performance.now() >= deadline) return run !== null;
        await new Promise((next) => setTimeout(next, 5));
      }
    },
    close: () => {
      forget();
      redis.disconnect();
    },
  };
}

/** The run a connected server is on; throws where it must not be used, saying why. */
async function identify(redis: Redis, keys: SubjectKeys): Promise<RedisRun> {
  const info = parseInfo(await redis.info());
  const id = info.get('run_id') ?? '';
  if (!/^[0-9a-f]{40}$/.test(id)) throw new UnusableRedisError('its INFO names no run_id.');
  if (info.get('role') !== 'master') {
    throw new UnusableRedisError('it is a replica; give the URL of the primary.');
  }
  // A writer with another secret would delete keys that nobody reads, and believe the cache clean.
  const key = keys.fingerprintKey(id);
  await redis.set(key, keys.fingerprint, 'NX');
  if ((await redis.get(key)) !== keys.fingerprint) {
    throw new UnusableRedisError(
      'another process uses it with another cache key secret. Give the gateways and the consent subgraph ' +
        'the same secret; after changing it, restart or flush that Redis.',
    );
  }
  return { id, standalone: info.get('redis_mode') === 'standalone' };
}

/** The fields of an answer to INFO. */
export function parseInfo(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\r\n').map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1)];
    }),
  );
}

class UnusableRedisError extends Error {
  override readonly name = 'UnusableRedisError';
}

/** What `reason` says of a command that was not answered in time. */
export const UNANSWERED = 'Command timed out';

/** What went wrong, without the arguments that ioredis and Redis may put into their messages. */
export function reason(error: unknown): string {
  if (error instanceof UnusableRedisError) return error.message;
  if (!(error instanceof Error)) return 'unknown failure';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return (
    code ??
    /^[A-Z]{3,20}(?= )|^(Command timed out|Connection is closed|Socket timeout)/.exec(error.message)?.[0] ??
    error.name
  );
}
