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

/** A gateway stops while the answers that it will store are on their way, perhaps for longer than they may be kept. */
export const pausedBeforeFill: Fault = {
  name: 'gateway paused between read and fill',
  about: 'gateway',
  fits: ({ redis }) => redis.kind !== 'none',
  strike: async ({ gateways }, dice) => {
    const { process, links } = dice.pick(gateways);
    links.source.delay('back', 300);
    await sleep(400);
    process.pause();
    return async () => {
      process.resume();
      await sleep(500);
      await links.source.heal();
    };
  },
};

/** A gateway stops in the middle of whatever it does, many times and briefly. */
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
