import type { Fault } from './fault.ts';
import { healAll } from './linksOf.ts';

const MOST_DELAY_MS = 2_500;

/** What the source has read reaches the gateways late: others write in between. */
export const lateSource: Fault = {
  name: 'answers of the source late',
  about: 'links',
  fits: () => true,
  strike: async ({ gateways }, dice) => {
    const links = gateways.map(({ links: { source } }) => source);
    for (const link of links) link.delay('back', dice.below(MOST_DELAY_MS));
    return await Promise.resolve(async () => await healAll(links));
  },
};
