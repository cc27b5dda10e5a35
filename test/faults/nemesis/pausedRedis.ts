import type { Fault } from './fault.ts';
import { singleRedis } from './singleRedisOf.ts';

/** Redis is frozen: it holds its connections, and answers what came meanwhile when it goes on. */
export const pausedRedis: Fault = {
  name: 'Redis paused',
  about: 'redis',
  fits: ({ redis }) => redis.kind === 'single',
  strike: async (world) => {
    const redis = singleRedis(world);
    await redis.pause();
    return async () => await redis.resume();
  },
};
