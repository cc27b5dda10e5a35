import type { RedisOptions } from 'ioredis';
import type { RedisAccess, RedisAddress, RedisPlace } from './redisUrl.ts';

/** A command unanswered for longer counts as failed, so that a frozen Redis delays requests by no more. */
const COMMAND_TIMEOUT_MS = 250;
/** An idle connection that something on the way has dropped is noticed before it is used. */
const KEEP_ALIVE_MS = 30_000;
const CONNECT_TIMEOUT_MS = 1_000;
/** What is closed and does not answer that is dropped. */
const DISCONNECT_TIMEOUT_MS = 250;
const SENTINEL_TIMEOUT_MS = 1_000;
const MAX_RECONNECT_DELAY_MS = 500;

/** Options of ioredis for one server. Nothing is queued while disconnected and nothing is ever sent twice. */
export function serverOptions({ host, port }: RedisAddress, access: RedisAccess): RedisOptions {
  return { ...accessOptions(access), host, port };
}

/** Options of ioredis for the server that the Sentinels name the primary, asked anew on every connect. */
export function sentinelOptions(place: Extract<RedisPlace, { kind: 'sentinel' }>): RedisOptions {
  const { sentinels, name, access, sentinelUser } = place;
  return {
    ...accessOptions(access),
    sentinels: [...sentinels],
    name,
    role: 'master',
    ...(sentinelUser.username === null ? {} : { sentinelUsername: sentinelUser.username }),
    ...(sentinelUser.password === null ? {} : { sentinelPassword: sentinelUser.password }),
    ...(access.tls ? { sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
    sentinelCommandTimeout: SENTINEL_TIMEOUT_MS,
    sentinelRetryStrategy: reconnectDelay,
    // It ends a connection that is just being made for good, where the Sentinels tell of a fail-over in that moment.
    failoverDetector: false,
  };
}

function accessOptions({ username, password, db, tls }: RedisAccess): RedisOptions {
  return {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
    db,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    keepAlive: KEEP_ALIVE_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    retryStrategy: reconnectDelay,
    // What it would tell the server is of no use to us, and one more command to permit.
    disableClientInfo: true,
  };
}

function reconnectDelay(attempt: number): number {
  return Math.min(50 * attempt, MAX_RECONNECT_DELAY_MS);
}
