import type { LeafType } from './mask.ts';

type LeafValue = string | number | boolean;

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;

const FITS: Readonly<Record<LeafType['kind'], (value: LeafValue, leaf: LeafType) => boolean>> = Object.freeze(
  {
    String: (value) => typeof value === 'string',
    ID: (value) => typeof value === 'string',
    Int: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= INT_MIN && value <= INT_MAX,
    Float: (value) => Number.isFinite(value),
    Boolean: (value) => typeof value === 'boolean',
    Enum: (value, leaf) => typeof value === 'string' && leaf.values.includes(value),
    Scalar: (value) => typeof value !== 'number' || Number.isFinite(value),
  },
);

/**
 * Whether a value can be sent for a leaf type (GraphQL specification, section 3.5, "Result Coercion"). `ID` must
 * already be a string. Of custom scalars only lists and objects are refused, since their shapes are not known.
 */
export function fitsLeaf(value: unknown, leaf: LeafType): value is LeafValue {
  return isLeafValue(value) && FITS[leaf.kind](value, leaf);
}

function isLeafValue(value: unknown): value is LeafValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
