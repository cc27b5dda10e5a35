import { describe, expect, it } from 'vitest';
import { median, slope, spread } from '../../bench/statistics.ts';

const points = (ys: readonly number[]): [number, number][] => ys.map((y, x) => [x, y]);

describe('median', () => {
  it.each([
    { name: 'none', given: [], expected: 0 },
    { name: 'one', given: [4], expected: 4 },
    { name: 'an odd number', given: [9, 1, 10], expected: 9 },
    { name: 'an even number', given: [10, 1, 2, 4], expected: 3 },
  ])('of $name', ({ given, expected }) => expect(median(given)).toBe(expected));
});

describe('spread', () => {
  it('goes from the least to the most', () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  });
});

describe('slope', () => {
  it.each([
    { name: 'a line', given: points([5, 7, 9]), expected: 2 },
    { name: 'what stays', given: points([4, 4, 4]), expected: 0 },
    { name: 'what comes and goes', given: points([1, 3, 1, 3, 1]), expected: 0 },
    { name: 'one point', given: points([7]), expected: 0 },
  ])('of $name', ({ given, expected }) => expect(slope(given)).toBeCloseTo(expected));
});
