import type { Fault } from './fault.ts';
import { allLinks, healAll } from './linksOf.ts';

/** Some ways lead nowhere for a while, without anybody being told. */
export const frozenLinks: Fault = {
  name: 'links frozen',
  about: 'links',
  fits: () => true,
  strike: async (world, dice) => {
    const links = dice.some(allLinks(world), 0.2, 1);
    for (const link of links) link.freeze();
    return await Promise.resolve(async () => await healAll(links));
  },
};
