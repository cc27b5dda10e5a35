import { OVER, type Fault } from './fault.ts';
import { singleRedis } from './singleRedisOf.ts';

/** Redis is busy for a moment, about as long as one waits for it, again and again. */
export const sleepingRedis: Fault = {
  name: 'Redis busy (DEBUG SLEEP)',
  about: 'redis',
  fits: ({ redis }) => redis.kind === 'single',
  strike: async (world, dice) => {
    await singleRedis(world).asAdmin(async (redis) => {
      for (let times = 3 + dice.below(6); times > 0; times -= 1) {
        await redis.call('DEBUG', 'SLEEP', String((100 + dice.below(300)) / 1_000));
      }
    });
    return OVER;
  },
};
