import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { parseRedisUrl, type RedisAccess } from '../../policies/consent/redis/redisUrl.ts';
import { RECORD_FIELD, RECORD_STREAM, RECORD_STREAM_LENGTH } from '../../policies/record/recordStream.ts';

/** A connection that appends to the record's stream. */
export interface StreamConnection {
  /**
   * Appends lines, in their order, all or none. Rejects where that is not certain: they may then be there all the same.
   */
  readonly append: (lines: readonly string[]) => Promise<void>;
  /** How many bytes the stream takes, roughly. */
  readonly bytes: () => Promise<number>;
  readonly close: () => void;
}

/**
 * What the stream may hold unread. Beyond that it would crowd out the consents that are cached in the same Redis, while
 * its lines can be had from the files.
 */
export const MAX_STREAM_BYTES = 256 * 1024 * 1024;

const CONNECT_TIMEOUT_MS = 1_000;
const COMMAND_TIMEOUT_MS = 5_000;

/**
 * Connects to the Redis that holds the stream, once something is first appended. Nothing is queued while there is no
 * connection.
 *
 * @param redisUrl as for consent states: one server, Sentinels or nodes of a Cluster.
 * @throws TypeError for another one; it quotes nothing.
 */
export function connectStream(redisUrl: string): StreamConnection {
  const redis = createRedis(redisUrl);
  // Told by what is not appended; without a listener it would end the process.
  redis.on('error', () => undefined);
  const connect = async (): Promise<void> => {
    if (redis.status === 'wait') await redis.connect();
  };
  return {
    async append(lines) {
      await connect();
      const transaction = redis.multi();
      for (const line of lines) {
        transaction.xadd(RECORD_STREAM, 'MAXLEN', '~', RECORD_STREAM_LENGTH, '*', RECORD_FIELD, line);
      }
      const results = await transaction.exec();
      if (results?.length !== lines.length) throw new Error('The stream was not appended to.');
      for (const [error] of results) if (error !== null) throw error;
    },
    async bytes() {
      await connect();
      return (await redis.memory('USAGE', RECORD_STREAM)) ?? 0;
    },
    close: () => redis.disconnect(),
  };
}

function createRedis(redisUrl: string): Redis | Cluster {
  const place = parseRedisUrl(redisUrl);
  const options = optionsOf(place.access);
  switch (place.kind) {
    case 'single':
      return new Redis({ ...options, ...place.address });
    case 'sentinel': {
      const { username, password } = place.sentinelUser;
      return new Redis({
        ...options,
        sentinels: [...place.sentinels],
        name: place.name,
        ...(username === null ? {} : { sentinelUsername: username }),
        ...(password === null ? {} : { sentinelPassword: password }),
        ...(place.access.tls ? { sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
      });
    }
    case 'cluster':
      return new Cluster([...place.seeds], {
        redisOptions: options,
        enableOfflineQueue: false,
        lazyConnect: true,
        clusterRetryStrategy: retryDelay,
        // Certificates name hosts, not the addresses that they stand for.
        ...(place.access.tls ? { dnsLookup: (address, callback) => callback(null, address) } : {}),
      });
  }
}

function optionsOf({ username, password, db, tls }: RedisAccess): RedisOptions {
  return {
    db,
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: retryDelay,
  };
}

function retryDelay(attempt: number): number {
  return Math.min(50 * attempt, 1_000);
}
