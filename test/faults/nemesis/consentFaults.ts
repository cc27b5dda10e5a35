import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';

/** A consent subgraph dies, in the middle of writes, and is started again. */
export const killedConsent: Fault = {
  name: 'consent subgraph killed',
  about: 'consent',
  fits: () => true,
  strike: async ({ consents }, dice) => {
    const { process } = dice.pick(consents);
    await process.kill();
    return process.start;
  },
};

/** A consent subgraph dies after commits, with the deletions that follow them on a slow way to Redis. */
export const killedBeforeDeletion: Fault = {
  name: 'consent subgraph killed between commit and deletion',
  about: 'consent',
  fits: ({ redis }) => redis.kind === 'single',
  strike: async ({ consents }, dice) => {
    const { process, links } = dice.pick(consents);
    links.redis?.delay('there', 150);
    await sleep(400);
    // What has been sent is lost with the connection.
    links.redis?.reset();
    await process.kill();
    await links.redis?.heal();
    return process.start;
  },
};

/** A consent subgraph stops, between committing and taking back what is cached too, and goes on later. */
export const pausedConsent: Fault = {
  name: 'consent subgraph paused',
  about: 'consent',
  fits: () => true,
  strike: async ({ consents }, dice) => {
    const { process } = dice.pick(consents);
    process.pause();
    return await Promise.resolve(async () => {
      process.resume();
      await Promise.resolve();
    });
  },
};
