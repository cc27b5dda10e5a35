import { expect, it } from 'vitest';
import * as fc from 'fast-check';
import { slidingWindow, waitFor } from '../../../gateway/limits/slidingWindow.ts';

const windowMs = 1_000;

it('lets as many through as the limit, and tells others when to come', () => {
  let now = 5_000;
  const { take } = slidingWindow({ limit: 3, windowMs, now: () => now });
  expect([take('a'), take('a'), take('a')]).toEqual([0, 0, 0]);
  const wait = take('a');
  expect(wait).toBeGreaterThan(0);
  expect(take('b')).toBe(0);
  now += wait - 1;
  expect(take('a')).toBeGreaterThan(0);
  now += 1;
  expect(take('a')).toBe(0);
});

it('a burst at the edge of two windows does not pass twice', () => {
  let now = 5_999;
  const { take } = slidingWindow({ limit: 100, windowMs, now: () => now });
  const burst = (): number =>
    Array.from({ length: 300 }, () => take('a')).filter((wait) => wait === 0).length;
  expect(burst()).toBe(100);
  now = 6_001;
  expect(burst()).toBe(0);
  now = 6_500;
  expect(burst()).toBeLessThanOrEqual(50);
  now = 8_000;
  expect(burst()).toBe(100);
});

it('what is refused is not counted, so that a client that goes on asking gets its share', () => {
  let now = 5_000;
  let passed = 0;
  const { take } = slidingWindow({ limit: 10, windowMs, now: () => now });
  for (; now < 15_000; now += 1) if (take('a') === 0) passed += 1;
  expect(passed).toBeGreaterThan(80);
  expect(passed).toBeLessThanOrEqual(111);
});

it('who comes again when told to is let in, and is not let in before', () => {
  const counts = fc.record({
    limit: fc.integer({ min: 1, max: 1_000 }),
    elapsed: fc.integer({ min: 0, max: windowMs - 1 }),
    count: fc.integer({ min: 0, max: 2_000 }),
    before: fc.integer({ min: 0, max: 2_000 }),
  });
  fc.assert(
    fc.property(counts, (of) => {
      const wait = waitFor({ ...of, windowMs });
      const isWithin = of.before * (1 - of.elapsed / windowMs) + of.count + 1 <= of.limit;
      expect(wait === 0).toBe(isWithin);
      if (wait === 0) return;
      const then = of.elapsed + wait;
      const later = then < 2 * windowMs ? of.count : 0;
      const moved = then < windowMs ? of : { ...of, before: later, count: 0 };
      expect(waitFor({ ...moved, windowMs, elapsed: then % windowMs })).toBeLessThanOrEqual(1);
    }),
  );
});
