/** What a run must have met, so that a run that met nothing is seen to have shown nothing. */
export const FEATURES = [
  'denied, shown as a constant',
  'denied list, shown empty',
  'denied object, shown null',
  'rejected',
  'rejected, and null went up',
  'masked, a part or token',
  'masked, a constant',
  'allowed in full',
  'denied for one subject and not for another',
  'subject unresolved',
  'consent unavailable',
  'under a ground',
  'by the subject themself',
  'interface object, denied',
  'made of denied inputs',
  'made of what was made of denied inputs',
  'declassified',
  'keys denied',
  'inherited subject',
  'list of lists, denied',
  'personal arguments refused',
  'personal arguments looked up by',
  'personal input of a mutation refused',
  'mutation answered',
  'two data sets told apart by nobody',
  'denied objects differ',
  'a denied field fails',
  'a shown field fails',
  'interface or union',
  'hostile alias',
  'hostile variable',
  'purpose declared in the operation',
  'conditions',
  'denied to all, since it cannot be fetched apart',
  'refused, since what is needed cannot be fetched apart',
] as const;

export type Feature = (typeof FEATURES)[number];

/** How many cases met each feature. */
export interface Coverage {
  /** Counts one case. */
  readonly add: (features: Iterable<Feature>) => void;
  readonly count: (feature: Feature) => number;
  /** Takes over what another process counted. */
  readonly merge: (counts: Readonly<Record<string, number>>) => void;
  readonly counts: () => Readonly<Record<string, number>>;
  /** One line a feature. */
  readonly table: () => string;
}

/** Counts from zero. */
export function createCoverage(): Coverage {
  const counts = new Map<Feature, number>();
  const count = (feature: Feature): number => counts.get(feature) ?? 0;
  return {
    count,
    add(features) {
      for (const feature of new Set(features)) counts.set(feature, count(feature) + 1);
    },
    merge(others) {
      for (const feature of FEATURES) counts.set(feature, count(feature) + (others[feature] ?? 0));
    },
    counts: () => Object.fromEntries(counts),
    table: () => FEATURES.map((feature) => `${String(count(feature)).padStart(8)}  ${feature}`).join('\n'),
  };
}
