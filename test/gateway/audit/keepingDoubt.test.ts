import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKeepingDoubt, type KeepingDoubt } from '../../../gateway/audit/keepingDoubt.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MINUTE = 60;

/** Lets seconds go by, and what is due in them. */
const seconds = async (count: number): Promise<void> =>
  void (await vi.advanceTimersByTimeAsync(count * 1_000));

/** Fails, and tells after how many more seconds there is no doubt any more. */
async function doubtAfterFailure(doubt: KeepingDoubt): Promise<number> {
  doubt.failed();
  for (let passed = 0; passed < 10 * MINUTE; passed++) {
    if (!doubt.isInDoubt()) return passed;
    await seconds(1);
  }
  return Infinity;
}

/** An attempt that comes out as it is told to, and counts. */
const attempts = (isFull = true) => {
  const state = { isFull, count: 0 };
  const attempt = async (): Promise<void> => {
    state.count += 1;
    await (state.isFull ? Promise.reject(new Error('disk full')) : Promise.resolve());
  };
  return { state, attempt };
};

describe('doubt', () => {
  it('there is none at first', () => {
    expect(createKeepingDoubt(null).isInDoubt()).toBe(false);
  });

  it('lasts while attempts fail, which is tried each second, and ends with one that does not', async () => {
    const { state, attempt } = attempts();
    const doubt = createKeepingDoubt(attempt);
    doubt.failed();
    await seconds(5 * MINUTE);
    expect(doubt.isInDoubt()).toBe(true);
    expect(state.count).toBe(5 * MINUTE);
    state.isFull = false;
    await seconds(1);
    expect(doubt.isInDoubt()).toBe(false);
    await seconds(MINUTE);
    expect(state.count).toBe(5 * MINUTE + 1);
  });

  it('ends with a line that is kept, and nothing is tried any more', async () => {
    const { state, attempt } = attempts();
    const doubt = createKeepingDoubt(attempt);
    doubt.failed();
    doubt.kept();
    expect(doubt.isInDoubt()).toBe(false);
    await seconds(MINUTE);
    expect(state.count).toBe(0);
  });

  it.each<{ name: string; attempt: (() => Promise<void>) | null }>([
    { name: 'where nothing can be attempted', attempt: null },
    { name: 'where attempts succeed and lines fail all the same', attempt: attempts(false).attempt },
  ])('lasts longer each time that a trial fails, up to a minute: $name', async ({ attempt }) => {
    const doubt = createKeepingDoubt(attempt);
    const lasted: number[] = [];
    for (let time = 0; time < 8; time++) lasted.push(await doubtAfterFailure(doubt));
    expect(lasted).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    doubt.kept();
    expect(await doubtAfterFailure(doubt)).toBe(1);
  });

  it('is not made longer by lines that were on their way', async () => {
    const doubt = createKeepingDoubt(null);
    for (let line = 0; line < 10; line++) doubt.failed();
    await seconds(1);
    expect(doubt.isInDoubt()).toBe(false);
  });

  it('outlasts an attempt while which a line failed', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const doubt = createKeepingDoubt(async () => await promise);
    doubt.failed();
    await seconds(1);
    doubt.failed();
    resolve();
    await seconds(0);
    expect(doubt.isInDoubt()).toBe(true);
    await seconds(1);
    expect(doubt.isInDoubt()).toBe(false);
  });

  it('lasts while an attempt hangs, and no other is begun', async () => {
    let count = 0;
    const doubt = createKeepingDoubt(async () => {
      count += 1;
      await new Promise(() => undefined);
    });
    doubt.failed();
    await seconds(MINUTE);
    expect([doubt.isInDoubt(), count]).toEqual([true, 1]);
  });

  it('of what is closed nothing is tried', async () => {
    const { state, attempt } = attempts();
    const doubt = createKeepingDoubt(attempt);
    doubt.failed();
    doubt.close();
    await seconds(MINUTE);
    doubt.failed();
    await seconds(MINUTE);
    expect(state.count).toBe(0);
  });

  it('an attempt that throws at once is one that fails', async () => {
    const doubt = createKeepingDoubt(() => {
      throw new Error('not even a promise');
    });
    doubt.failed();
    await seconds(MINUTE);
    expect(doubt.isInDoubt()).toBe(true);
  });
});
