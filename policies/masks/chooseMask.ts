import type { NamedMask, Policy, Recipient } from '../policy.ts';
import type { LeafType, Mask } from './mask.ts';
import { maskOfKind } from './registry.ts';

/**
 * What hides a field at level `masked`. `parameters` is what the mask's own schema gave, and `category` what its
 * context is to say: the field's category, or several, sorted and joined by `+`.
 */
export type ChosenMask =
  | { readonly kind: 'constant' }
  | {
      readonly kind: 'mask';
      readonly mask: Mask<unknown>;
      readonly parameters: unknown;
      readonly category: string;
    };

/** Who may see a part of a value or a token of it, by the kind of recipient. */
const LEARNS_PARTS: Readonly<Record<Recipient['kind'], boolean>> = Object.freeze({
  internal: true,
  group: true,
  processor: true,
  authority: true,
  third_party: false,
  advertiser: false,
});

const CONSTANT_ONLY: ChosenMask = Object.freeze({ kind: 'constant' });

/**
 * Chooses the mask of a field for one recipient, once, when the operation is prepared. Whatever is unknown, does not
 * fit or disagrees gives the constant, which reveals nothing.
 *
 * @param categories the field's categories.
 * @param named masks that annotations name; none: the categories' defaults.
 */
export function chooseMask(
  policy: Policy,
  categories: readonly string[],
  named: readonly string[],
  recipient: string,
  leaf: LeafType,
): ChosenMask {
  const terms = soleMask(policy, categories, named);
  const mask = terms === null ? undefined : maskOfKind(terms.kind);
  if (terms === null || mask === undefined || mask.kind === 'constant') return CONSTANT_ONLY;
  if (!mask.leaves.includes(leaf.kind)) return CONSTANT_ONLY;
  if (mask.reveals !== 'nothing' && !mayLearnParts(policy, recipient)) return CONSTANT_ONLY;
  const parameters = mask.parameters.safeParse(terms.parameters);
  if (!parameters.success) return CONSTANT_ONLY;
  return {
    kind: 'mask',
    mask,
    parameters: parameters.data,
    category: [...new Set(categories)].sort().join('+'),
  };
}

/** The one mask that all agree on; `null` where there is none or a category may never be disclosed. */
function soleMask(policy: Policy, categories: readonly string[], named: readonly string[]): NamedMask | null {
  const names = new Set(named);
  for (const key of categories) {
    const category = policy.categories.get(key);
    if (category === undefined || category.never) return null;
    if (named.length === 0) names.add(category.mask);
  }
  const [name, other] = names;
  if (categories.length === 0 || name === undefined || other !== undefined) return null;
  return policy.masks.get(name) ?? null;
}

// INVARIANT: partial masks and pseudonyms never reach third parties, advertisers or recipients the policy does not
// know. test/policies/masks/chooseMask.test.ts
function mayLearnParts(policy: Policy, recipient: string): boolean {
  const known = policy.recipients.get(recipient);
  return known !== undefined && LEARNS_PARTS[known.kind];
}
