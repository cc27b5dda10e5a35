import type { SentinelRedis } from '../sentinelRedis.ts';
import type { World } from '../world.ts';
import type { Fault } from './fault.ts';

const hasSentinels = ({ redis }: World): boolean => redis.kind === 'sentinel';

function sentinelOf({ redis }: World): SentinelRedis {
  if (redis.kind !== 'sentinel') throw new TypeError('There are no Sentinels in this world.');
  return redis.sentinel;
}

/** The primary is frozen, perhaps for so long that it is replaced: it goes on as one that knows nothing of it. */
export const pausedSentinelPrimary: Fault = {
  name: 'Sentinel: primary paused',
  about: 'redis',
  fits: hasSentinels,
  strike: async (world) => {
    const sentinel = sentinelOf(world);
    const { primary } = await sentinel.roles();
    await primary.pause();
    return async () => {
      await primary.resume();
      await sentinel.untilWhole();
    };
  },
};

/** The primary dies, perhaps for so long that it is replaced, and comes back. */
export const killedSentinelPrimary: Fault = {
  name: 'Sentinel: primary killed',
  about: 'redis',
  fits: hasSentinels,
  strike: async (world) => {
    const sentinel = sentinelOf(world);
    const { primary } = await sentinel.roles();
    await primary.crash();
    return async () => {
      await primary.restart();
      await sentinel.untilWhole();
    };
  },
};

/** The roles change because somebody wants it. */
export const askedSentinelFailOver: Fault = {
  name: 'Sentinel: fail-over asked for',
  about: 'redis',
  fits: hasSentinels,
  strike: async (world) => {
    const sentinel = sentinelOf(world);
    await sentinel.failOver();
    return sentinel.untilWhole;
  },
};
