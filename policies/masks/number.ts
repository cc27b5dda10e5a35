import { z } from 'zod';
import { CONSTANT } from './mask.ts';
import type { Mask } from './mask.ts';

interface NumberParameters {
  readonly unit: number;
  readonly atLeast: number;
  readonly atMost: number;
}

/** Shows which step of a scale a number is on. */
export const number: Mask<NumberParameters> = Object.freeze<Mask<NumberParameters>>({
  kind: 'number',
  doc:
    'Rounds down to a multiple of `unit`. Numbers above `atMost` show its step, those below `atLeast` its: the ' +
    'richest and the oldest would stand out on any scale, so the policy must say where the scale ends.',
  reveals: 'part',
  parameters: z
    .strictObject({
      unit: z.number().positive().describe('Width of one step.'),
      atLeast: z.number().default(0).describe('Lower numbers show this one, rounded down.'),
      atMost: z.number().describe('Higher numbers show this one, rounded down.'),
    })
    .refine(({ atLeast, atMost }) => atLeast <= atMost, {
      message: 'Expected `atLeast` to be no more than `atMost`; swap them.',
    }),
  leaves: ['Int', 'Float', 'Scalar'],
  examples: [
    { name: 'an age', parameters: { unit: 10, atMost: 80 }, given: 37, expected: 30 },
    { name: 'one of the oldest', parameters: { unit: 10, atMost: 80 }, given: 104, expected: 80 },
    { name: 'below the scale', parameters: { unit: 10, atMost: 80 }, given: -3, expected: 0 },
    { name: 'yen', parameters: { unit: 100_000, atMost: 1_000_000 }, given: 483_200, expected: 400_000 },
    { name: 'not a number', parameters: { unit: 10, atMost: 80 }, given: '37', expected: CONSTANT },
  ],
  apply: (value, { unit, atLeast, atMost }) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return CONSTANT;
    // Clamped first, so that the bounds show no more than any other value. `+ 0` makes -0 into 0.
    return Math.floor(Math.min(Math.max(value, atLeast), atMost) / unit) * unit + 0;
  },
});
