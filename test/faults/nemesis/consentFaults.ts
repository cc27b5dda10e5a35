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
