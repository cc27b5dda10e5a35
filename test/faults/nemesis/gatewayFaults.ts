import { setTimeout as sleep } from 'node:timers/promises';
import { OVER, type Fault } from './fault.ts';

/** A gateway stops in the middle of whatever it does, between reading and filling too, and goes on later. */
export const pausedGateway: Fault = {
  name: 'gateway paused',
  about: 'gateway',
  fits: () => true,
  strike: async ({ gateways }, dice) => {
    const { process } = dice.pick(gateways);
    process.pause();
    return await Promise.resolve(async () => {
      process.resume();
      await Promise.resolve();
    });
  },
};

/** As above, many times and briefly. */
export const stutteringGateway: Fault = {
  name: 'gateway stuttering',
  about: 'gateway',
  fits: () => true,
  strike: async ({ gateways }, dice) => {
    const { process } = dice.pick(gateways);
    for (let times = 5 + dice.below(10); times > 0; times -= 1) {
      process.pause();
      await sleep(50 + dice.below(400));
      process.resume();
      await sleep(dice.below(150));
    }
    return OVER;
  },
};

/** A gateway dies and is started again. */
export const killedGateway: Fault = {
  name: 'gateway killed',
  about: 'gateway',
  fits: () => true,
  strike: async ({ gateways }, dice) => {
    const { process } = dice.pick(gateways);
    await process.kill();
    return process.start;
  },
};
