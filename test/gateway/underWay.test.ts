import { describe, expect, it } from 'vitest';
import { createUnderWay } from '../../gateway/underWay.ts';

const tick = async (): Promise<void> => await new Promise((next) => setImmediate(next));

/** Work that ends when told to. */
const heldWork = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { work: async () => await promise, end: () => resolve() };
};

describe('work that is under way', () => {
  it('is waited for, all of it, also where it fails', async () => {
    const underWay = createUnderWay();
    const [first, second] = [heldWork(), heldWork()];
    const failing = underWay.run(async () => {
      await first.work();
      throw new Error('failed');
    });
    const succeeding = underWay.run(async () => {
      await second.work();
      return 'result';
    });
    let hasEnded = false;
    const ended = underWay.ended(60_000).then(() => (hasEnded = true));
    first.end();
    await expect(failing).rejects.toThrow('failed');
    await tick();
    expect(hasEnded).toBe(false);
    second.end();
    expect(await succeeding).toBe('result');
    await ended;
  });

  it('is not waited for where there is none', async () => {
    const underWay = createUnderWay();
    await underWay.run(async () => await Promise.resolve());
    await underWay.ended(60_000);
  });

  it('is not waited for for ever', async () => {
    const underWay = createUnderWay();
    const { work, end } = heldWork();
    const running = underWay.run(work);
    await underWay.ended(20);
    end();
    await running;
  });
});
