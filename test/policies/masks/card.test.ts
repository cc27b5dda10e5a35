import { describe, expect, it } from 'vitest';
import { card } from '../../../policies/masks/card.ts';
import { FILLER } from '../../../policies/masks/marker.ts';
import { CONSTANT } from '../../../policies/masks/mask.ts';
import { EXAMPLE_CONTEXT } from '../../../policies/masks/maskDocs.ts';

const apply = (value: unknown): unknown => card.apply(value, {}, EXAMPLE_CONTEXT);

describe('card', () => {
  it.each([
    { name: 'hyphens', given: '5555-5555-5555-4444', expected: `${FILLER}4444` },
    { name: 'an integer', given: 4222222222222, expected: `${FILLER}2222` },
    { name: 'nineteen digits', given: '6304000000000000000', expected: `${FILLER}0000` },
    { name: 'twelve digits', given: '000000000000', expected: CONSTANT },
    { name: 'twenty digits', given: '0'.repeat(20), expected: CONSTANT },
    { name: 'two separators in a row', given: '4242  424242424242', expected: CONSTANT },
    { name: 'a separator at the end', given: '4242424242424242 ', expected: CONSTANT },
    { name: 'a number in a sentence', given: 'No. 4242424242424242', expected: CONSTANT },
    { name: 'a fraction', given: 42424242424.5, expected: CONSTANT },
  ])('$name', ({ given, expected }) => {
    expect(apply(given)).toBe(expected);
  });
});
