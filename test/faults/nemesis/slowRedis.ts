import { healAll, linksToRedis } from './linksOf.ts';
import type { Fault } from './fault.ts';

const MOST_DELAY_MS = 200;

/** The ways to Redis are slow, each in its own measure and direction; some are too slow to wait for. */
export const slowRedis: Fault = {
  name: 'Redis slow',
  about: 'links',
  fits: ({ redis }) => redis.kind === 'single',
  strike: async (world, dice) => {
    const links = linksToRedis(world);
    for (const link of links) {
      link.delay('there', dice.below(MOST_DELAY_MS));
      link.delay('back', dice.below(MOST_DELAY_MS));
    }
    return async () => await healAll(links);
  },
};
