import { setTimeout as sleep } from 'node:timers/promises';
import { OVER, type Fault } from './fault.ts';
import { allLinks } from './linksOf.ts';

/** Connections break, any of them and several times: answers are lost, also to what has been done. */
export const resetConnections: Fault = {
  name: 'connections reset',
  about: 'links',
  fits: () => true,
  strike: async (world, dice) => {
    for (let times = 3 + dice.below(5); times > 0; times -= 1) {
      for (const link of dice.some(allLinks(world), 0.3, 1)) link.reset();
      await sleep(dice.below(400));
    }
    return OVER;
  },
};
