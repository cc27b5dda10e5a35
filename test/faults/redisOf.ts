import { startSingleRedis, type SingleRedis } from './singleRedis.ts';

/** How the cache is run: not at all, as one server, behind Sentinels, or as a Cluster with replicas. */
export type Topology = (typeof TOPOLOGIES)[number];

/** In the order in which a run goes through them. */
export const TOPOLOGIES = ['single', 'none'] as const;

/** The cache of a world. */
export type WorldRedis =
  | { readonly kind: 'none'; readonly url: null; readonly stop: () => Promise<void> }
  | {
      readonly kind: 'single';
      /** Gateways and subgraphs get to it by links of their own. */
      readonly url: null;
      readonly server: SingleRedis;
      readonly stop: () => Promise<void>;
    };

/** Starts what a topology needs. */
export async function startRedisOf(topology: Topology): Promise<WorldRedis> {
  if (topology === 'none') {
    return { kind: 'none', url: null, stop: async () => await Promise.resolve() };
  }
  const server = await startSingleRedis();
  return { kind: 'single', url: null, server, stop: server.stop };
}
