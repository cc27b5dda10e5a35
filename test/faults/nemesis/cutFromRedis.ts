import type { Fault } from './fault.ts';
import { healAll, readersLinks, writersLinks } from './linksOf.ts';

/** Consent subgraphs do not reach Redis, from which gateways go on reading. */
export const writersCutOff: Fault = {
  name: 'writers cut off from Redis',
  about: 'links',
  fits: ({ redis }) => redis.kind === 'single',
  strike: async (world, dice) => {
    const links = dice.some(writersLinks(world), 0.7, 1);
    await Promise.all(links.map(async (link) => await link.cut()));
    return async () => await healAll(links);
  },
};

/** Gateways do not reach Redis, where consent subgraphs go on deleting. */
export const readersCutOff: Fault = {
  name: 'gateways cut off from Redis',
  about: 'links',
  fits: ({ redis }) => redis.kind === 'single',
  strike: async (world, dice) => {
    const links = dice.some(readersLinks(world), 0.7, 1);
    await Promise.all(links.map(async (link) => await link.cut()));
    return async () => await healAll(links);
  },
};
