import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILLER } from '../../../policies/masks/marker.ts';
import { CONSTANT } from '../../../policies/masks/mask.ts';
import { EXAMPLE_CONTEXT } from '../../../policies/masks/maskDocs.ts';
import { phone } from '../../../policies/masks/phone.ts';

const apply = (value: unknown): unknown => phone.apply(value, { country: 'JP' }, EXAMPLE_CONTEXT);

describe('phone', () => {
  it.each([
    { name: 'full-width digits', given: '０９０−１２３４−５６７８', expected: `+81 ${FILLER}` },
    { name: 'an extension', given: '+1 202-555-0142 ext. 77', expected: `+1 ${FILLER}` },
    { name: 'a number in a sentence', given: 'call 090-1234-5678', expected: CONSTANT },
    { name: 'too short', given: '+81 90', expected: CONSTANT },
    { name: 'no such country', given: '+999 1234567', expected: CONSTANT },
    { name: 'a number, not text', given: 9012345678, expected: CONSTANT },
  ])('$name', ({ given, expected }) => {
    expect(apply(given)).toBe(expected);
  });

  it('shows the same for all numbers of a country', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10_000_000, max: 99_999_999 }), (rest) => {
        expect(apply(`090${rest}`)).toBe(`+81 ${FILLER}`);
      }),
    );
  });

  it.each(['jp', 'Japan', 'XX', '__proto__', 81])('takes no country %j', (country) => {
    expect(phone.parameters.safeParse({ country }).success).toBe(false);
  });
});
