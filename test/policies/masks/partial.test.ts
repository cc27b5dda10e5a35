import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILLER } from '../../../policies/masks/marker.ts';
import { CONSTANT } from '../../../policies/masks/mask.ts';
import { EXAMPLE_CONTEXT } from '../../../policies/masks/maskDocs.ts';
import { partial } from '../../../policies/masks/partial.ts';

const apply = (value: unknown, start: number, end: number): unknown =>
  partial.apply(value, { start, end }, EXAMPLE_CONTEXT);
const graphemes = (text: string): readonly string[] =>
  Array.from(new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text), ({ segment }) => segment);

const ends = fc
  .record({ start: fc.integer({ min: 0, max: 4 }), end: fc.integer({ min: 0, max: 4 }) })
  .filter(({ start, end }) => start + end <= 4);

describe('partial', () => {
  it.each([
    { name: 'an ID that came as a number', given: 1234567890, expected: `1${FILLER}0` },
    { name: 'an ID that came as a short number', given: 1234567, expected: CONSTANT },
    { name: 'flags, of two code points each', given: '🇯🇵'.repeat(8), expected: `🇯🇵${FILLER}🇯🇵` },
    { name: 'a letter under too many marks', given: `e${'\u0301'.repeat(30)}12345678`, expected: CONSTANT },
    {
      name: 'a last letter under too many marks',
      given: `12345678e${'\u0301'.repeat(30)}`,
      expected: CONSTANT,
    },
    { name: 'half a surrogate pair at the start', given: '\udc6912345678', expected: CONSTANT },
    { name: 'a megabyte', given: `x${'-'.repeat(1_000_000)}y`, expected: `x${FILLER}y` },
    { name: 'a megabyte in one grapheme', given: `e${'\u0301'.repeat(1_000_000)}`, expected: CONSTANT },
  ])('$name', ({ given, expected }) => {
    expect(apply(given, 1, 1)).toBe(expected);
  });

  it('shows no more graphemes than its parameters say, of texts of eight or more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), ends, (text, { start, end }) => {
        const masked = apply(text, start, end);
        const given = graphemes(text);
        if (given.length < 8) return masked === CONSTANT;
        const shown = [...given.slice(0, start), ...(end === 0 ? [] : given.slice(-end))];
        return masked === shown.slice(0, start).join('') + FILLER + shown.slice(start).join('');
      }),
    );
  });

  it('tells nothing of the length or of what is between the ends', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 500 }), fc.string({ minLength: 8 }), (one, other) => {
        const masked = [one, other].map((middle) => apply(`ab ${middle} yz`, 2, 2));
        return masked.every((each) => each === `ab${FILLER}yz`);
      }),
    );
  });

  it.each([
    { given: { start: 3, end: 2 }, expected: false },
    { given: { start: 5 }, expected: false },
    { given: { start: -1 }, expected: false },
    { given: { start: 1.5 }, expected: false },
    { given: { start: 0, end: 4 }, expected: true },
  ])('parameters $given are valid: $expected', ({ given, expected }) => {
    expect(partial.parameters.safeParse(given).success).toBe(expected);
  });
});
