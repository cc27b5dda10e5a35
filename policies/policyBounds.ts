import { covers } from './covers.ts';
import type { Finding } from './crossReferences.ts';
import { RIGHTS_OF_ACCESS } from './decideStatically.ts';
import { maskOfKind } from './masks/registry.ts';
import { nearest } from './nearest.ts';
import type { PolicyDocument } from './policySchema.ts';

type Purpose = PolicyDocument['purposes'][string];

/**
 * What no policy may say, however it is written: the limits that DESIGN §3 draws from Articles 4, 5, 7, 8 and 9.
 * Expects a document whose cross references hold.
 *
 * INVARIANT: no identifying category reaches an advertiser, and no part or token of a value a third party
 * (test/policies/policyBounds.test.ts).
 */
export function policyBounds(policy: PolicyDocument): readonly Finding[] {
  return [
    ...neverBelow(policy),
    ...Object.entries(policy.purposes).flatMap(([key, purpose]) => [
      ...basesOf(key, purpose),
      ...levelsOf(policy, key, purpose),
      ...settingsOf(key, purpose),
      ...incidental(policy, key, purpose),
    ]),
  ];
}

function neverBelow({ categories }: PolicyDocument): readonly Finding[] {
  return Object.entries(categories)
    .filter(([, { never }]) => never)
    .flatMap(([above]) =>
      Object.entries(categories)
        .filter(([key, { never }]) => covers(above, key) && !never)
        .map(([key]) =>
          finding(['categories', key], 'key', `${above} is never disclosed; expected 'never: true' here too`),
        ),
    );
}

/** Which basis each recipient may have, and each purpose. */
function basesOf(key: string, { basis }: Purpose): readonly Finding[] {
  if (key === 'agreed' && Object.keys(basis).length > 0) {
    const message =
      'agreed cannot be granted as such; expected no basis, and one purpose agreed.<name> per agreement';
    return [finding(['purposes', key, 'basis'], 'key', message)];
  }
  return Object.entries(basis).flatMap(([recipient, name]) => {
    const expected = expectedBases(key, recipient);
    if (expected.includes(name)) return [];
    const message = `${key} for ${recipient} cannot rest on ${name}; expected ${expected.join(' or ') || 'no basis'}`;
    return [finding(['purposes', key, 'basis', recipient], 'value', message)];
  });
}

function expectedBases(purpose: string, recipient: string): readonly string[] {
  const bases = ['notified', 'consent', 'ground', 'self'];
  const byPurpose = (): readonly string[] => {
    if (covers('agreed', purpose)) return ['consent'];
    if (covers('disclosure', purpose)) return ['ground'];
    return covers(RIGHTS_OF_ACCESS, purpose) ? ['self'] : bases;
  };
  const byRecipient = (): readonly string[] => {
    if (covers('third_party', recipient)) return ['consent', 'ground'];
    if (covers('authority', recipient)) return ['ground'];
    return covers('internal', recipient) ? bases : bases.filter((basis) => basis !== 'self');
  };
  return byPurpose().filter((basis) => byRecipient().includes(basis));
}

/** What may be granted of a category at all, and to third parties and advertisers. */
function levelsOf(policy: PolicyDocument, key: string, { basis, levels }: Purpose): readonly Finding[] {
  const recipients = Object.keys(basis);
  const toAdvertisers = recipients.some((recipient) => covers('advertiser', recipient));
  const toStrangers = toAdvertisers || recipients.some((recipient) => covers('third_party', recipient));
  const granted = new Map(Object.entries(levels));
  const explicit = [...granted.keys()]
    .filter((name) => policy.categories[name]?.never === true)
    .map((name) =>
      finding(
        ['purposes', key, 'levels', name],
        'key',
        `${name} is never disclosed; expected no level for it`,
      ),
    );
  const shown = Object.entries(policy.categories).flatMap(([category, { identifying, never, mask }]) => {
    const level = nearest(granted, category);
    if (level === undefined || never) return [];
    const stated = [...granted.keys()]
      .filter((name) => covers(name, category))
      .toSorted((a, b) => b.length - a.length);
    const path = ['purposes', key, 'levels', stated[0] ?? category];
    if (toAdvertisers && identifying) {
      return [
        finding(
          path,
          'key',
          `${category} identifies people; expected no identifying category for advertisers`,
        ),
      ];
    }
    if (
      toStrangers &&
      level === 'masked' &&
      maskOfKind(policy.masks[mask]?.kind ?? '')?.reveals !== 'nothing'
    ) {
      const message = `the mask of ${category} shows a part or a token of it; expected 'full', or a mask that reveals nothing, for third parties and advertisers`;
      return [finding(path, 'value', message)];
    }
    return [];
  });
  return [...explicit, ...shown];
}

function settingsOf(key: string, purpose: Purpose): readonly Finding[] {
  const { basis, objectable, channels, fallback, lookups } = purpose;
  const rests = (name: string): boolean => Object.values(basis).some((each) => each === name);
  const findings: Finding[] = [];
  if (!objectable && (rests('consent') || Object.keys(basis).some((name) => covers('advertiser', name)))) {
    const message = `${key} rests on consent or serves advertisers, which people may stop; expected true`;
    findings.push(finding(['purposes', key, 'objectable'], 'value', message));
  }
  if (channels === null && Object.keys(basis).some((name) => covers('group', name))) {
    const message = `${key} is joint use; expected 'channels', the ways of acquisition that it is limited to`;
    findings.push(finding(['purposes', key], 'key', message));
  }
  if (fallback === 'masked' && !(basis['internal'] === 'consent')) {
    const message = `only internal recipients whose basis is consent see a mask instead; expected no fallback`;
    findings.push(finding(['purposes', key, 'fallback'], 'value', message));
  }
  if (lookups.length > 0 && rests('self')) {
    const message = `${key} serves people about themselves, so there is nobody to look up; expected no lookups`;
    findings.push(finding(['purposes', key, 'lookups'], 'key', message));
  }
  return findings;
}

/** Article 4, item 12: an incidental use is never wider than what it is incidental to. */
function incidental(policy: PolicyDocument, key: string, child: Purpose): readonly Finding[] {
  const above = Object.keys(policy.purposes).filter((other) => other !== key && covers(other, key));
  return above.flatMap((parentKey) => {
    const parent = policy.purposes[parentKey];
    if (parent === undefined || Object.keys(parent.basis).length === 0) return [];
    const wider = (path: readonly string[], part: Finding['part'], what: string): Finding =>
      finding(
        ['purposes', key, ...path],
        part,
        `${what} than ${parentKey} has; expected a child no wider than it`,
      );
    return [
      ...widerBases(policy, parent, child).map((name) =>
        wider(['basis', name], 'value', `${name} has a wider basis`),
      ),
      ...widerLevels(policy, parent, child).map((name) =>
        wider(['levels'], 'key', `${name} has a wider level`),
      ),
      ...child.lookups
        .filter((name) => !parent.lookups.some((listed) => covers(listed, name)))
        .map((name) => wider(['lookups'], 'key', `${name} can be looked up, which is wider`)),
      ...(parent.objectable && !child.objectable
        ? [wider(['objectable'], 'value', 'not objectable is wider')]
        : []),
      ...(parent.suspendable && !child.suspendable
        ? [wider(['suspendable'], 'value', 'not suspendable is wider')]
        : []),
      ...(child.fallback !== null && parent.fallback === null
        ? [wider(['fallback'], 'value', 'a fallback is wider')]
        : []),
      ...(parent.channels !== null && !child.channels?.every((name) => parent.channels?.includes(name))
        ? [wider([], 'key', 'more channels are wider')]
        : []),
    ];
  });
}

function widerBases(policy: PolicyDocument, parent: Purpose, child: Purpose): readonly string[] {
  const [above, below] = [new Map(Object.entries(parent.basis)), new Map(Object.entries(child.basis))];
  const wide = Object.keys(policy.recipients).filter((recipient) => {
    const [wanted, given] = [nearest(below, recipient), nearest(above, recipient)];
    return wanted !== undefined && wanted !== given && !(wanted === 'consent' && given === 'notified');
  });
  return Object.keys(child.basis).filter((name) => wide.some((recipient) => covers(name, recipient)));
}

function widerLevels(policy: PolicyDocument, parent: Purpose, child: Purpose): readonly string[] {
  const [above, below] = [new Map(Object.entries(parent.levels)), new Map(Object.entries(child.levels))];
  return Object.keys(policy.categories).filter((category) => {
    const [wanted, given] = [nearest(below, category), nearest(above, category)];
    return wanted !== undefined && (given === undefined || (wanted === 'full' && given === 'masked'));
  });
}

function finding(path: Finding['path'], part: Finding['part'], message: string): Finding {
  return { path, part, message };
}
