import type { Caller } from './caller.ts';
import { covers } from './covers.ts';
import { basisOf, isBarred, isNeverDisclosed } from './decideStatically.ts';
import type { Policy } from './policy.ts';

/**
 * Whether the caller may find or order data by personal arguments of these categories. The answer tells who
 * exists, so it is a declared declassification: only what the purpose lists under `lookups`, or an ancestor of
 * it, and never what is never disclosed or barred for the recipient. Whoever may see only themself (`self`)
 * has nobody to look up. No categories at all are nothing personal, hence `true`. Total: what throws is `false`.
 */
export function mayLookUp(policy: Policy, categories: readonly string[], caller: Caller): boolean {
  try {
    if (categories.length === 0) return true;
    const purpose = caller.purpose === null ? undefined : policy.purposes.get(caller.purpose);
    if (purpose === undefined) return false;
    const basis = basisOf(policy, purpose, caller);
    if (basis === undefined || basis === 'self') return false;
    if (basis === 'ground' && !isWithinGround(policy, categories, caller)) return false;
    return categories.every(
      (category) =>
        policy.categories.has(category) &&
        !isNeverDisclosed(policy, category) &&
        !isBarred(policy, category, caller.recipient) &&
        purpose.lookups.some((listed) => covers(listed, category)),
    );
  } catch {
    return false;
  }
}

function isWithinGround(
  policy: Policy,
  categories: readonly string[],
  { ground, purpose, recipient }: Caller,
) {
  const terms = ground === null ? undefined : policy.grounds.get(ground.kind);
  if (terms === undefined || purpose === null) return false;
  return (
    terms.purposes.some((key) => covers(key, purpose)) &&
    terms.recipients.some((key) => covers(key, recipient)) &&
    categories.every((category) => terms.categories.some((key) => covers(key, category)))
  );
}
