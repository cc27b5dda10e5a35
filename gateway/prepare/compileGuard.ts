import type { Policy } from '../../policies/policy.ts';
import type { Caller } from '../../policies/caller.ts';
import type { Opening, StaticVerdict } from '../../policies/decideStatically.ts';
import { chooseMask, type ChosenMask } from '../../policies/masks/chooseMask.ts';
import { denialConstant } from '../../policies/masks/denialConstant.ts';
import { formatOf } from '../../policies/masks/formatOf.ts';
import type { LeafType } from '../../policies/masks/mask.ts';
import type { FieldRule } from '../../directives/fieldRule.ts';
import type { Denial, Guard, ValueShape } from '../project/shape.ts';
import type { Binding } from './binding.ts';

/** Compiles what stands between one field's value and the answer. */
export type CompileGuard = (binding: Binding, type: ValueShape, path: string) => Guard;

/**
 * Creates the guard compiler of one prepared operation. Of a subject nothing is asked but what rows 1 to 7 left open,
 * so that fields of many categories share few questions.
 */
export function createGuardCompiler(policy: Policy, caller: Caller): CompileGuard {
  const questions = new Map<string, number>();

  const questionOf = (verdict: StaticVerdict): number => {
    const key = verdict.effect === 'deny' ? verdict.effect : openingKey(verdict);
    const known = questions.get(key);
    if (known !== undefined) return known;
    questions.set(key, questions.size);
    return questions.size - 1;
  };

  return ({ rule, scopes, verdict }, type, path) => {
    const leaf = leafOf(type);
    const mask: ChosenMask =
      leaf === null
        ? { kind: 'constant' }
        : chooseMask(policy, rule.categories, rule.masks, caller.recipient, leaf);
    return {
      question: questionOf(verdict),
      verdict,
      slots: scopes.map((scope) => scope?.slot ?? null),
      denial: rule.otherwise === 'reject' ? REJECT : denialOf(policy, rule, type, mask),
      constant: leaf === null ? REJECT : constantOf(policy, rule, leaf, mask, type),
      mask,
      categories: rule.categories,
      rule,
      report: { coordinate: rule.coordinate, path, category: rule.categories.join('+') },
    };
  };
}

function openingKey({ purpose, basis, level }: Opening): string {
  return JSON.stringify([purpose.key, basis, level]);
}

const REJECT: Denial = Object.freeze({ kind: 'reject' });

/** A denied value appears as its type's constant, whatever it was, or is rejected where there is none. */
function denialOf(policy: Policy, rule: FieldRule, type: ValueShape, mask: ChosenMask): Denial {
  switch (type.kind) {
    case 'list':
      return { kind: 'value', value: EMPTY };
    case 'object':
      return type.nonNull ? REJECT : { kind: 'value', value: null };
    case 'leaf':
      return constantOf(policy, rule, type.leaf, mask, type);
  }
}

/** Frozen: it goes into answers as it is. */
const EMPTY: readonly never[] = Object.freeze([]);

function constantOf(
  policy: Policy,
  rule: FieldRule,
  leaf: LeafType,
  mask: ChosenMask,
  type: ValueShape,
): Denial {
  const constant = denialConstant(mask, leaf, formatOf(policy, rule.categories), policy.scalars);
  if (constant.holds) return { kind: 'value', value: constant.value };
  return innermost(type).nonNull ? REJECT : { kind: 'value', value: null };
}

function leafOf(type: ValueShape): LeafType | null {
  const inner = innermost(type);
  return inner.kind === 'leaf' ? inner.leaf : null;
}

function innermost(type: ValueShape): Exclude<ValueShape, { kind: 'list' }> {
  return type.kind === 'list' ? innermost(type.item) : type;
}
