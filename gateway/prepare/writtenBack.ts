import type { Caller } from '../../policies/caller.ts';
import { decideStatically } from '../../policies/decideStatically.ts';
import { applyMask } from '../../policies/masks/applyMask.ts';
import { chooseMask } from '../../policies/masks/chooseMask.ts';
import { denialConstant } from '../../policies/masks/denialConstant.ts';
import { formatOf } from '../../policies/masks/formatOf.ts';
import type { Policy } from '../../policies/policy.ts';
import { leafType } from './leafType.ts';
import type { PersonalLeaf } from './personalInputs.ts';

/** Whether a value that a mutation is given is what its caller is shown in place of such values. */
export type IsWrittenBack = (leaf: PersonalLeaf) => boolean;

/**
 * Creates the check of what one request writes: apps save back what they read, and dates, numbers and addresses
 * cannot carry the marker. Refused is the constant of a type, and what the category's mask would leave as it is.
 *
 * INVARIANT: a caller whom the policy shows such values in full may write every one
 * (test/gateway/prepare/writtenBack.test.ts): a constant is somebody's true date of birth.
 */
export function writtenBack(policy: Policy, caller: Caller): IsWrittenBack {
  const known = new Map<string, (value: unknown) => boolean>();
  return ({ value, type, categories }) => {
    const key = `${type.name} ${categories.join(' ')}`;
    const isShown = known.get(key) ?? shownInPlace(policy, caller, type, categories);
    known.set(key, isShown);
    return isShown(value);
  };
}

/** Whether a value is shown in place of others of its type and categories. */
function shownInPlace(
  policy: Policy,
  caller: Caller,
  type: PersonalLeaf['type'],
  categories: readonly string[],
): (value: unknown) => boolean {
  const verdict = decideStatically(policy, { categories, allow: null, deny: [] }, caller);
  if (verdict.effect === 'open' && verdict.level === 'full') return () => false;
  const leaf = leafType(type);
  const mask = chooseMask(policy, categories, [], caller.recipient, leaf);
  const constant = denialConstant(mask, leaf, formatOf(policy, categories), policy.scalars);
  const context = {
    purpose: caller.purpose ?? '',
    recipient: caller.recipient,
    category: mask.kind === 'mask' ? mask.category : '',
    subject: null,
    pseudonymKey: null,
  };
  return (value) =>
    (constant.holds && isAlike(value, constant.value)) ||
    (verdict.effect === 'open' && isAlike(value, applyMask(mask, value, leaf, context)));
}

/** Whether two leaf values are the same, however an app may have written the same instant. */
function isAlike(one: unknown, other: unknown): boolean {
  if (typeof one !== 'string' || typeof other !== 'string') return one === other;
  const [a, b] = [one.trim(), other.trim()];
  return a === b || (INSTANT.test(a) && INSTANT.test(b) && Date.parse(a) === Date.parse(b));
}

const INSTANT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/i;
