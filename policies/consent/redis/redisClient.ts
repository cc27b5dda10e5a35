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
