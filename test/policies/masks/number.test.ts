import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONSTANT } from '../../../policies/masks/mask.ts';
import { EXAMPLE_CONTEXT } from '../../../policies/masks/maskDocs.ts';
import { number } from '../../../policies/masks/number.ts';

const apply = (value: unknown, parameters: Readonly<Record<string, unknown>>): unknown =>
  number.apply(value, number.parameters.parse(parameters), EXAMPLE_CONTEXT);

describe('number', () => {
  it.each([
    { name: 'a bound inside a step', parameters: { unit: 10, atMost: 85 }, given: 200, expected: 80 },
    { name: 'a negative scale', parameters: { unit: 5, atLeast: -20, atMost: 40 }, given: -7, expected: -10 },
    {
      name: 'below a negative scale',
      parameters: { unit: 5, atLeast: -20, atMost: 40 },
      given: -70,
      expected: -20,
    },
    {
      name: 'minus nought, which JSON lacks',
      parameters: { unit: 1, atLeast: -1, atMost: 1 },
      given: -0,
      expected: 0,
    },
    { name: 'infinite', parameters: { unit: 10, atMost: 80 }, given: Infinity, expected: CONSTANT },
    { name: 'a big integer', parameters: { unit: 10, atMost: 80 }, given: 40n, expected: CONSTANT },
  ])('$name', ({ parameters, given, expected }) => {
    expect(apply(given, parameters)).toBe(expected);
  });

  it('gives one of the steps of its scale, whatever the number', () => {
    const steps = new Set<unknown>([0, 10, 20, 30, 40, 50, 60, 70, 80]);
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (given) =>
        steps.has(apply(given, { unit: 10, atMost: 80 })),
      ),
    );
  });

  it.each([
    { name: 'no end of the scale', given: { unit: 10 } },
    { name: 'no step', given: { atMost: 80 } },
    { name: 'a step of nothing', given: { unit: 0, atMost: 80 } },
    { name: 'ends that are swapped', given: { unit: 10, atLeast: 90, atMost: 80 } },
  ])('refuses parameters with $name', ({ given }) => {
    expect(number.parameters.safeParse(given).success).toBe(false);
  });
});
