import { closest } from './closest.ts';
import { covers } from './covers.ts';
import { maskOfKind } from './masks/registry.ts';
import type { PolicyDocument } from './policySchema.ts';

/** Something wrong at a place in the policy's data. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  readonly part: 'value' | 'key';
  readonly message: string;
}

/** What one part of the policy says of another that is not there: unknown categories, purposes, recipients, masks, … */
export function crossReferences(policy: PolicyDocument): readonly Finding[] {
  return [
    ...revisionsOf(policy),
    ...masksOf(policy),
    ...categoriesOf(policy),
    ...recipientsOf(policy),
    ...purposesOf(policy),
    ...groundsOf(policy),
    ...clientsOf(policy),
  ];
}

type Path = Finding['path'];

function revisionsOf({ revisions }: PolicyDocument): readonly Finding[] {
  const dates = revisions.map(({ effective }) => effective);
  return dates.flatMap((date, index) =>
    dates.indexOf(date) === index
      ? []
      : finding(
          ['revisions', index, 'effective'],
          `the revision of ${date} is listed twice; expected each date once`,
        ),
  );
}

function masksOf({ masks }: PolicyDocument): readonly Finding[] {
  return Object.entries(masks).flatMap(([name, { kind, parameters }]) => {
    const mask = maskOfKind(kind);
    if (mask === undefined) {
      return finding(
        ['masks', name, 'kind'],
        `no kind of mask has that name; expected one in policies/masks`,
      );
    }
    const result = mask.parameters.safeParse(parameters);
    if (result.success) return [];
    return result.error.issues.flatMap(({ path, message }) =>
      finding(['masks', name, 'parameters', ...path], `the ${kind} mask does not take this: ${message}`),
    );
  });
}

function categoriesOf(policy: PolicyDocument): readonly Finding[] {
  return Object.entries(policy.categories).flatMap(([key, { mask, collected }]) => [
    ...one(['categories', key, 'mask'], mask, 'mask', Object.keys(policy.masks)),
    ...each(['categories', key, 'collected'], collected, 'way of collection', Object.keys(policy.collection)),
  ]);
}

function recipientsOf({ recipients }: PolicyDocument): readonly Finding[] {
  const all = Object.keys(recipients);
  return Object.entries(recipients).flatMap(([key, { kind }]) => [
    ...(covers(kind, key)
      ? []
      : finding(
          ['recipients', key, 'kind'],
          `${key} is of kind ${kind}; expected a key that starts with ${kind}`,
        )),
    ...all
      .filter((other) => other !== key && covers(key, other))
      .flatMap((other) =>
        finding(
          ['recipients', key],
          `${key} stands above ${other}; expected recipients that are leaves`,
          'key',
        ),
      ),
  ]);
}

function purposesOf(policy: PolicyDocument): readonly Finding[] {
  const categories = withAncestors(Object.keys(policy.categories));
  const recipients = withAncestors(Object.keys(policy.recipients));
  return Object.entries(policy.purposes).flatMap(([key, { basis, levels, lookups, channels }]) => {
    const path = ['purposes', key];
    return [
      ...Object.keys(basis).flatMap((name) =>
        one([...path, 'basis', name], name, 'recipient', recipients, 'key'),
      ),
      ...Object.keys(levels).flatMap((name) =>
        one([...path, 'levels', name], name, 'category', categories, 'key'),
      ),
      ...each([...path, 'lookups'], lookups, 'category', categories),
      ...each([...path, 'channels'], channels ?? [], 'channel', Object.keys(policy.channels)),
    ];
  });
}

function groundsOf(policy: PolicyDocument): readonly Finding[] {
  return Object.entries(policy.grounds).flatMap(([key, { purposes, categories, recipients }]) => {
    const path = ['grounds', key];
    return [
      ...each([...path, 'purposes'], purposes, 'purpose', declarable(policy)),
      ...each([...path, 'categories'], categories, 'category', withAncestors(Object.keys(policy.categories))),
      ...each(
        [...path, 'recipients'],
        recipients,
        'recipient',
        withAncestors(Object.keys(policy.recipients)),
      ),
    ];
  });
}

function clientsOf(policy: PolicyDocument): readonly Finding[] {
  return Object.entries(policy.clients).flatMap(([id, { recipients, purposes, grounds, consentWrite }]) => {
    const path = ['clients', id];
    return [
      ...each([...path, 'recipients'], recipients, 'recipient', Object.keys(policy.recipients)),
      ...each([...path, 'purposes'], purposes, 'purpose that can be declared', declarable(policy)),
      ...each([...path, 'grounds'], grounds, 'ground', Object.keys(policy.grounds)),
      ...each([...path, 'consentWrite'], consentWrite, 'purpose that can be declared', [
        '*',
        ...declarable(policy),
      ]),
    ];
  });
}

/** Purposes with a basis, and the keys above them. */
function declarable({ purposes }: PolicyDocument): readonly string[] {
  return withAncestors(
    Object.keys(purposes).filter((key) => Object.keys(purposes[key]?.basis ?? {}).length > 0),
  );
}

function withAncestors(keys: readonly string[]): readonly string[] {
  const all = keys.flatMap((key) =>
    key.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.')),
  );
  return [...new Set(all)];
}

function each(
  path: Path,
  names: readonly string[],
  what: string,
  known: readonly string[],
): readonly Finding[] {
  return names.flatMap((name, index) => one([...path, index], name, what, known));
}

function one(
  path: Path,
  name: string,
  what: string,
  known: readonly string[],
  part: Finding['part'] = 'value',
): readonly Finding[] {
  if (known.includes(name)) return [];
  const meant = closest(name, known);
  const hint = meant === null ? `one of: ${known.join(', ')}` : `a known one, perhaps ${meant}`;
  return finding(path, `${name} is no ${what} of this policy; expected ${hint}`, part);
}

function finding(path: Path, message: string, part: Finding['part'] = 'value'): readonly Finding[] {
  return [{ path, part, message }];
}
