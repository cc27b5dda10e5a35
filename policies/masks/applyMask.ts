import type { ChosenMask } from './chooseMask.ts';
import { fitsLeaf } from './fitsLeaf.ts';
import { CONSTANT } from './mask.ts';
import type { LeafType, MaskContext } from './mask.ts';

/**
 * Hides one non-null leaf value. Total: gives a value of the leaf's type, or `CONSTANT` where the mask can say
 * nothing safe, gave what does not fit, or threw; the caller then shows the type's constant.
 */
export function applyMask(chosen: ChosenMask, value: unknown, leaf: LeafType, context: MaskContext): unknown {
  if (chosen.kind === 'constant') return CONSTANT;
  try {
    const masked = chosen.mask.apply(value, chosen.parameters, context);
    if (!fitsLeaf(masked, leaf)) return CONSTANT;
    // A custom scalar is known by its values alone: what was a number must not become text. The author's own
    // constant is exempt, since it must not depend on the value.
    const alike =
      leaf.kind !== 'Scalar' || chosen.mask.reveals === 'nothing' || typeof masked === typeof value;
    return alike ? masked : CONSTANT;
  } catch {
    return CONSTANT;
  }
}
