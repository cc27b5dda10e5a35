import type { LeafType } from '../../policies/masks/mask.ts';

/**
 * Whether a subgraph's value is one of its type, as the results of GraphQL's own scalars and of enums are. What is not
 * counts as null: so does an enum value that clients may not know (`@inaccessible`). Scalars of the schema's own may be
 * anything.
 *
 * INVARIANT: a value that its type cannot hold is shown to nobody (test/leaks/valueCompletion.test.ts).
 */
export function isLeafValue(value: unknown, { kind, values }: LeafType): boolean {
  switch (kind) {
    case 'String':
      return typeof value === 'string';
    case 'ID':
      return typeof value === 'string' || Number.isInteger(value);
    case 'Int':
      return Number.isInteger(value);
    case 'Float':
      return typeof value === 'number';
    case 'Boolean':
      return typeof value === 'boolean';
    case 'Enum':
      return typeof value === 'string' && values.includes(value);
    case 'Scalar':
      return true;
  }
}
