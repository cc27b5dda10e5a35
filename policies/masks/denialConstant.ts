import type { Category, Policy } from '../policy.ts';
import { applyMask } from './applyMask.ts';
import type { ChosenMask } from './chooseMask.ts';
import { constantFor } from './constantFor.ts';
import type { ConstantOfType } from './constantFor.ts';
import { fitsLeaf } from './fitsLeaf.ts';
import type { LeafType, MaskContext } from './mask.ts';

/**
 * What a denied field appears as: its type's constant or, where the type cannot hold one, the constant of the
 * author's that the field's mask gives (`value`; how enums and booleans are masked). `holds: false`: rejected.
 */
export function denialConstant(
  chosen: ChosenMask,
  leaf: LeafType,
  format: Category['format'],
  scalars: Policy['scalars'],
): ConstantOfType {
  const constant = constantFor(leaf, format, scalars);
  if (constant.holds || chosen.kind === 'constant' || chosen.mask.reveals !== 'nothing') return constant;
  // A mask that reveals nothing gives the same for every value and context, so any will do.
  const value = applyMask(chosen, '', leaf, NOWHERE);
  return fitsLeaf(value, leaf) ? { holds: true, value } : constant;
}

const NOWHERE: MaskContext = Object.freeze({
  purpose: '',
  recipient: '',
  category: '',
  subject: null,
  pseudonymKey: null,
});
