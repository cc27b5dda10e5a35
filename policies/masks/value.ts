import { z } from 'zod';
import type { Mask } from './mask.ts';

interface ValueParameters {
  readonly value: string | number | boolean;
}

/** Shows a constant of the author's: the only mask that an enum can have. */
export const value: Mask<ValueParameters> = Object.freeze<Mask<ValueParameters>>({
  kind: 'value',
  doc:
    "Shows a constant of the policy author's, whatever the value was. The only mask for enums and booleans, whose " +
    'types have no value to spare. A constant that does not fit the field falls back to the type’s own. Put `█` ' +
    'into a text constant: without it, an app that saves it back is not noticed.',
  reveals: 'nothing',
  parameters: z.strictObject({
    value: z
      .union([z.string(), z.number(), z.boolean()])
      .describe('What to show; of the type of the fields that use the mask.'),
  }),
  leaves: ['String', 'ID', 'Int', 'Float', 'Boolean', 'Enum', 'Scalar'],
  examples: [
    { name: 'an enum', parameters: { value: 'UNDISCLOSED' }, given: 'MARRIED', expected: 'UNDISCLOSED' },
    { name: 'a number', parameters: { value: 0 }, given: 170, expected: 0 },
    { name: 'a boolean', parameters: { value: false }, given: true, expected: false },
  ],
  apply: (_value, parameters) => parameters.value,
});
