import { Cluster, Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { sentinelOptions, serverOptions } from './redisOptions.ts';
import { parseRedisUrl } from './redisUrl.ts';

/**
 * A client of the Redis at `redisUrl` for what is not on a request's way, so that a slow server is given time:
 * `commandTimeoutMs`. It connects once it is told to, and queues nothing while it is not connected. An error that no
 * listener hears ends the process, as ioredis has it.
 *
 * @param redisUrl as for consent states: one server, Sentinels or nodes of a Cluster.
 * @throws TypeError for another one; it quotes nothing.
 */
export function createRedisClient(redisUrl: string, commandTimeoutMs: number): Redis | Cluster {
  const place = parseRedisUrl(redisUrl);
  const own: RedisOptions = { commandTimeout: commandTimeoutMs, lazyConnect: true };
  switch (place.kind) {
    case 'single':
      return new Redis({ ...serverOptions(place.address, place.access), ...own });
    case 'sentinel':
      return new Redis({ ...sentinelOptions(place), ...own });
    case 'cluster': {
      const [seed] = place.seeds;
      if (seed === undefined) throw new TypeError('A Redis Cluster needs at least one node.');
      const { host: _, port: __, ...redisOptions } = serverOptions(seed, place.access);
      return new Cluster([...place.seeds], {
        redisOptions: { ...redisOptions, ...own },
        enableOfflineQueue: false,
        lazyConnect: true,
        // Certificates name hosts, not the addresses that they stand for.
        ...(place.access.tls ? { dnsLookup: (address, callback) => callback(null, address) } : {}),
      });
    }
  }
}

/**
 * Connects a client that is not connected and not about to be. With Sentinels ioredis tries for ever where none of them
 * answers: it is told to give up after `limitMs`.
 *
 * @throws Error where there is no connection by then; the client can be connected again.
 */
export async function connectWithin(redis: Redis | Cluster, limitMs: number): Promise<void> {
  const { promise: given, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    redis.disconnect();
    reject(new Error('Connection timed out'));
  }, limitMs);
  const connecting = redis.connect();
  // Where it fails after that, the one who called has long been told.
  connecting.catch(() => undefined);
  try {
    await Promise.race([connecting, given]);
  } finally {
    clearTimeout(timer);
  }
}
