import type { Fault } from './fault.ts';
import { singleRedis } from './singleRedisOf.ts';

/** Redis dies and comes back with nothing in it. */
export const killedRedis: Fault = {
  name: 'Redis killed, and restarted empty',
  about: 'redis',
  fits: ({ redis }) => redis.kind === 'single',
  strike: async (world) => {
    const redis = singleRedis(world);
    await redis.kill();
    return async () => await redis.restart(null);
  },
};
