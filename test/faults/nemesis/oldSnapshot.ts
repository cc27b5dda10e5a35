import { setTimeout as sleep } from 'node:timers/promises';
import { OVER, type Fault } from './fault.ts';
import { singleRedis } from './singleRedisOf.ts';

const MOST_AGE_MS = 1_500;

/** Redis dies and comes back with what was in it a while ago: entries that have been deleted since. */
export const oldSnapshot: Fault = {
  name: 'Redis restarted from an old snapshot',
  about: 'redis',
  fits: ({ redis }) => redis.kind === 'single',
  strike: async (world, dice) => {
    const redis = singleRedis(world);
    const snapshot = await redis.snapshot();
    await sleep(300 + dice.below(MOST_AGE_MS));
    await redis.kill();
    await redis.restart(snapshot);
    return OVER;
  },
};
