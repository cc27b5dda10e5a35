import type { CacheStore } from './cacheStore.ts';
import { createClusterNode } from './clusterNode.ts';
import { followCluster } from './clusterNodes.ts';
import { createClusterStore } from './clusterStore.ts';
import type { decodeState } from '../encoding.ts';
import { identifyServer } from './identifyServer.ts';
import { connectRedis } from './redisConnection.ts';
import { sentinelOptions, serverOptions } from './redisOptions.ts';
import type { RedisPlace } from './redisUrl.ts';
import { createServerStore } from './serverStore.ts';
import type { SubjectKeys } from './subjectKeys.ts';

/** Options of `openCacheStore`; `onExchange` is told of each write to a server that an answer is expected to. */
export interface OpenCacheStoreOptions {
  readonly place: RedisPlace;
  readonly keys: SubjectKeys;
  readonly decode: typeof decodeState;
  readonly onError: (error: Error) => void;
  readonly onExchange: () => void;
}

/** Connects to where cached states are kept. */
export function openCacheStore(options: OpenCacheStoreOptions): CacheStore {
  const { place } = options;
  switch (place.kind) {
    case 'single':
      return openServer(options, serverOptions(place.address, place.access), 'may be');
    case 'sentinel':
      return openServer(options, sentinelOptions(place), 'never');
    case 'cluster':
      return openCluster(options, place);
  }
}

function openServer(
  { keys, decode, onError, onExchange }: OpenCacheStoreOptions,
  options: ReturnType<typeof serverOptions>,
  alone: 'may be' | 'never',
): CacheStore {
  const connection = connectRedis({
    options,
    identify: async (redis) => await identifyServer(redis, keys, { mode: 'standalone' }),
    onError,
    onExchange,
  });
  return createServerStore({ connection, keys, decode, alone });
}

function openCluster(
  { keys, decode, onError, onExchange }: OpenCacheStoreOptions,
  place: Extract<RedisPlace, { kind: 'cluster' }>,
): CacheStore {
  const nodes = followCluster<CacheStore>({
    place,
    open: ({ id, address, tag }) => {
      const connection = connectRedis({
        options: serverOptions(address, place.access),
        identify: async (redis) => await identifyServer(redis, keys, { mode: 'cluster', nodeId: id, tag }),
        onError,
        onExchange,
        onElsewhere: (why) => nodes.doubtSlots(why),
      });
      return createClusterNode({ connection, keys, decode });
    },
    onError,
  });
  return createClusterStore({
    slotOf: keys.slot,
    storeOf: nodes.nodeOf,
    onUnowned: () => nodes.doubtSlots('nobody has a slot'),
    ready: nodes.ready,
    close: nodes.close,
  });
}
