import type { Caller } from './caller.ts';
import { covers } from './covers.ts';
import { isBarred, type StaticVerdict } from './decideStatically.ts';
import { nearestKey } from './nearest.ts';
import type { Policy, Purpose } from './policy.ts';
import type { PolicyPlace, PolicyPlaces } from './policyPlaces.ts';
import type { Rule } from './rule.ts';

/**
 * The entries of the policy that decided rows 1 to 7, for explanations: those that grant or bar, or, where one is
 * missing, the entry in which it would stand. Empty where the policy has no say in it, as where annotations deny.
 */
export function decidingEntries(
  policy: Policy,
  places: PolicyPlaces,
  rule: Rule,
  caller: Caller,
  verdict: StaticVerdict,
): readonly PolicyPlace[] {
  const purpose = caller.purpose === null ? undefined : policy.purposes.get(caller.purpose);
  if (verdict.effect === 'open') {
    const { key, levels, basis } = verdict.purpose;
    const ofBasis =
      caller.ground === null
        ? found(places.at('purposes', key, 'basis', nearestKey(basis, caller.recipient) ?? ''))
        : found(places.at('grounds', caller.ground.kind));
    return [
      ...rule.categories.flatMap((category) =>
        found(places.at('purposes', key, 'levels', nearestKey(levels, category) ?? '')),
      ),
      ...ofBasis,
      ...['channels', 'fallback'].flatMap((setting) => found(places.at('purposes', key, setting))),
    ];
  }
  switch (verdict.reason) {
    case 'PURPOSE_MISSING':
    case 'PURPOSE_DENIED':
    case 'PURPOSE_NOT_ALLOWED':
      return [];
    case 'NEVER_DISCLOSED':
      return [...policy.categories.values()]
        .filter(({ key, never }) => never && rule.categories.some((category) => covers(key, category)))
        .flatMap(({ key }) => found(places.at('categories', key, 'never')));
    case 'RECIPIENT_BARRED':
      return [
        ...found(places.at('recipients', caller.recipient, 'kind')),
        ...rule.categories
          .filter((category) => isBarred(policy, category, caller.recipient))
          .flatMap((category) => found(places.at('categories', category, 'identifying'))),
      ];
    case 'GROUND_NOT_COVERED':
      return ['categories', 'recipients'].flatMap((part) =>
        found(places.at('grounds', caller.ground?.kind ?? '', part)),
      );
    case 'CATEGORY_NOT_COVERED':
      return rule.categories.flatMap((category) => withoutLevel(policy, places, purpose, category));
    case 'RECIPIENT_NOT_COVERED':
      return lacking(places, purpose, 'basis', caller.recipient);
  }
}

/** The entries that let a purpose look up categories, or in which those would stand. */
export function lookupEntries(
  policy: Policy,
  places: PolicyPlaces,
  categories: readonly string[],
  { purpose: key }: Caller,
): readonly PolicyPlace[] {
  const purpose = key === null ? undefined : policy.purposes.get(key);
  return categories.flatMap((category) => {
    const index = purpose?.lookups.findIndex((listed) => covers(listed, category)) ?? -1;
    return purpose === undefined || index === -1
      ? lacking(places, purpose, 'lookups', category)
      : found(places.at('purposes', purpose.key, 'lookups', index));
  });
}

function withoutLevel(
  policy: Policy,
  places: PolicyPlaces,
  purpose: Purpose | undefined,
  category: string,
): readonly PolicyPlace[] {
  if (!policy.categories.has(category)) {
    return found(places.at('categories')).map((place) => without(place, category));
  }
  if (purpose !== undefined && nearestKey(purpose.levels, category) !== undefined) return [];
  return lacking(places, purpose, 'levels', category);
}

/** The part of a purpose in which something is not listed, or the purpose where it has no such part. */
function lacking(
  places: PolicyPlaces,
  purpose: Purpose | undefined,
  part: string,
  missing: string,
): readonly PolicyPlace[] {
  if (purpose === undefined) return [];
  const place = places.at('purposes', purpose.key, part);
  if (place !== null) return [without(place, missing)];
  return found(places.at('purposes', purpose.key)).map(({ entry, line }) => ({
    entry: `${entry} (no ${part} for ${missing})`,
    line,
  }));
}

function without({ entry, line }: PolicyPlace, missing: string): PolicyPlace {
  return { entry: `${entry} (nothing for ${missing})`, line };
}

function found(place: PolicyPlace | null): readonly PolicyPlace[] {
  return place === null ? [] : [place];
}
