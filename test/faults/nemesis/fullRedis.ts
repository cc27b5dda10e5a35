import type { Redis } from 'ioredis';
import { OVER, type Fault } from './fault.ts';
import { singleRedis } from './singleRedisOf.ts';

const FILLER = 'filler';

/** Redis has no memory left and takes nothing new. */
export const outOfMemory: Fault = {
  name: 'Redis out of memory',
  about: 'redis',
  fits: ({ redis }) => redis.kind === 'single',
  strike: async (world) => {
    const redis = singleRedis(world);
    await redis.asAdmin(async (admin) => {
      await admin.set(FILLER, 'x'.repeat(1_000_000));
      await admin.config('SET', 'maxmemory-policy', 'noeviction');
      await admin.config('SET', 'maxmemory', '1mb');
    });
    return async () => await redis.asAdmin(empty);
  },
};

/** Redis has hardly any memory and throws out whatever it likes: entries, and markers of reads that are under way. */
export const evicting: Fault = {
  name: 'Redis evicting',
  about: 'redis',
  fits: ({ redis }) => redis.kind === 'single',
  strike: async (world, dice) => {
    const redis = singleRedis(world);
    await redis.asAdmin(async (admin) => {
      try {
        const used = Number(/^used_memory:(\d+)/m.exec(await admin.info('memory'))?.[1] ?? '0');
        await admin.config('SET', 'maxmemory-policy', 'allkeys-random');
        await admin.config('SET', 'maxmemory', String(used));
        for (let count = 0; count < 2_000; count += 1) {
          // Refused where there is nothing left to throw out.
          await admin.set(`${FILLER}:${String(count)}`, 'x'.repeat(dice.below(2_000))).catch(() => undefined);
        }
      } finally {
        await empty(admin);
      }
    });
    return OVER;
  },
};

async function empty(admin: Redis): Promise<void> {
  await admin.config('SET', 'maxmemory', '0');
  await admin.config('SET', 'maxmemory-policy', 'noeviction');
  const fillers = await admin.keys(`${FILLER}*`);
  if (fillers.length > 0) await admin.del(fillers);
}
