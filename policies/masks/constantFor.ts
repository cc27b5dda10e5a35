import type { Category, Policy } from '../policy.ts';
import { fitsLeaf } from './fitsLeaf.ts';
import { FILLER, MARKER_IN_URL, MASKED_HOST, MASKED_IP } from './marker.ts';
import type { LeafType } from './mask.ts';

/** The constant of a type; `holds: false` where the type has no value to spare and the field is rejected instead. */
export type ConstantOfType =
  { readonly holds: true; readonly value: string | number | boolean } | { readonly holds: false };

const BY_FORMAT: Readonly<Record<Category['format'], string>> = Object.freeze({
  text: FILLER,
  email: `${FILLER}@${MASKED_HOST}`,
  url: `https://${MASKED_HOST}/${MARKER_IN_URL}`,
  ip: MASKED_IP,
  phone: `+${FILLER}`,
});

const NONE: ConstantOfType = Object.freeze({ holds: false });

/**
 * What a denied value of a type appears as. It depends on nothing but the schema and the policy, so it tells
 * nothing, not even whether there was a value.
 *
 * @param format the shape of strings, from the field's category; ignored for other types.
 * @param scalars the policy's constants of `Int`, `Float`, `Boolean` and custom scalars, by type name; one that does
 * not fit its type counts as missing. Strings and IDs always carry the marker, and enums have no constant: give
 * those a `value` mask.
 */
export function constantFor(
  leaf: LeafType,
  format: Category['format'],
  scalars: Policy['scalars'],
): ConstantOfType {
  if (leaf.kind === 'String') return { holds: true, value: BY_FORMAT[format] };
  if (leaf.kind === 'ID') return { holds: true, value: FILLER };
  // A constant of an enum would have to be one of its values, which only the author can tell apart from the real.
  if (leaf.kind === 'Enum') return NONE;
  const value = scalars.get(leaf.name);
  return fitsLeaf(value, leaf) ? { holds: true, value } : NONE;
}
