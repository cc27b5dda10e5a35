import { startRedisCluster, type RedisCluster } from '../redisCluster.ts';
import { startSentinelRedis, type SentinelRedis } from './sentinelRedis.ts';
import { startSingleRedis, type SingleRedis } from './singleRedis.ts';

/** How the cache is run: as one server, as a Cluster with replicas, behind Sentinels, or not at all. */
export type Topology = (typeof TOPOLOGIES)[number];

/** In the order in which a run goes through them. */
export const TOPOLOGIES = ['single', 'cluster', 'sentinel', 'none'] as const;

/** The cache of a world. `url`: of everybody's; `null` where each has a link of its own, or there is none. */
export type WorldRedis =
  | { readonly kind: 'none'; readonly url: null; readonly stop: () => Promise<void> }
  | {
      readonly kind: 'single';
      readonly url: null;
      readonly server: SingleRedis;
      readonly stop: () => Promise<void>;
    }
  | {
      readonly kind: 'sentinel';
      readonly url: string;
      readonly sentinel: SentinelRedis;
      readonly stop: () => Promise<void>;
    }
  | {
      readonly kind: 'cluster';
      readonly url: string;
      readonly cluster: RedisCluster;
      readonly stop: () => Promise<void>;
    };

/** Starts what a topology needs. */
export async function startRedisOf(topology: Topology): Promise<WorldRedis> {
  switch (topology) {
    case 'none':
      return { kind: 'none', url: null, stop: async () => await Promise.resolve() };
    case 'single': {
      const server = await startSingleRedis();
      return { kind: 'single', url: null, server, stop: server.stop };
    }
    case 'sentinel': {
      const sentinel = await startSentinelRedis();
      return { kind: 'sentinel', url: sentinel.url, sentinel, stop: sentinel.stop };
    }
    case 'cluster': {
      const cluster = await startRedisCluster({ primaries: 3, replicas: 1 });
      return { kind: 'cluster', url: cluster.url, cluster, stop: cluster.stop };
    }
  }
}
