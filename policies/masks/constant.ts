import { z } from 'zod';
import { CONSTANT } from './mask.ts';
import type { Mask } from './mask.ts';

/** Shows the type's constant: the mask for values of which nothing may be seen. */
export const constant: Mask<Record<string, never>> = Object.freeze<Mask<Record<string, never>>>({
  kind: 'constant',
  doc: "Shows the type's constant, exactly as a denial does. Nothing of the value stays visible.",
  reveals: 'nothing',
  parameters: z.strictObject({}),
  leaves: ['String', 'ID', 'Int', 'Float', 'Boolean', 'Enum', 'Scalar'],
  examples: [
    { name: 'text', given: 'Hanako', expected: CONSTANT },
    { name: 'a number', given: 42, expected: CONSTANT },
  ],
  apply: () => CONSTANT,
});
