import { describe, expect, it } from 'vitest';
import type { Caller } from '../../policies/caller.ts';
import { decideStatically } from '../../policies/decide.ts';
import { decidingEntries, lookupEntries } from '../../policies/decidingEntries.ts';
import { policyPlaces } from '../../policies/policyPlaces.ts';
import type { Rule } from '../../policies/rule.ts';
import { SMALL_POLICY, smallPolicy } from './smallPolicy.ts';

const EMAIL: Rule = { categories: ['contact.email'], allow: null, deny: [] };

const caller = (changes: Partial<Caller>): Caller => ({
  client: 'desk',
  purpose: 'upkeep',
  recipient: 'internal',
  endUser: null,
  actor: null,
  ground: null,
  ...changes,
});

const law = caller({
  purpose: 'disclosure.law',
  recipient: 'authority',
  ground: { kind: 'law', reference: 'r', expires: Infinity, subjects: ['user:u_1'] },
});

describe('the entries that decided', () => {
  it.each([
    {
      name: 'a level and a basis, the nearest',
      rule: EMAIL,
      by: caller({}),
      expected: [
        'purposes › upkeep › levels › contact: full',
        'purposes › upkeep › basis › internal: notified',
      ],
    },
    {
      name: 'what narrows and what falls back',
      rule: EMAIL,
      by: caller({ purpose: 'panel' }),
      expected: [
        'purposes › panel › levels › contact: full',
        'purposes › panel › basis › internal: consent',
        'purposes › panel › fallback: masked',
      ],
    },
    {
      name: 'a ground',
      rule: EMAIL,
      by: law,
      expected: ['purposes › disclosure.law › levels › contact.email: full', 'grounds › law'],
    },
    {
      name: 'a ground that reaches less',
      rule: { ...EMAIL, categories: ['cookie'] },
      by: law,
      expected: ['grounds › law › categories', 'grounds › law › recipients'],
    },
    {
      name: 'what is never disclosed',
      rule: { ...EMAIL, categories: ['secret'] },
      by: caller({}),
      expected: ['categories › secret › never: true'],
    },
    {
      name: 'what bars a recipient',
      rule: EMAIL,
      by: caller({ purpose: 'advertising', recipient: 'advertiser.ads' }),
      expected: [
        'recipients › advertiser.ads › kind: advertiser',
        'categories › contact.email › identifying: true',
      ],
    },
    {
      name: 'levels without the category',
      rule: { ...EMAIL, categories: ['contact.email', 'cookie'] },
      by: caller({}),
      expected: ['purposes › upkeep › levels (nothing for cookie)'],
    },
    {
      name: 'a purpose without levels',
      rule: EMAIL,
      by: caller({ purpose: 'agreed' }),
      expected: ['purposes › agreed (no levels for contact.email)'],
    },
    {
      name: 'categories without it',
      rule: { ...EMAIL, categories: ['other'] },
      by: caller({}),
      expected: ['categories (nothing for other)'],
    },
    {
      name: 'bases without the recipient',
      rule: EMAIL,
      by: caller({ recipient: 'group' }),
      expected: ['purposes › upkeep › basis (nothing for group)'],
    },
    { name: 'none, where no purpose was declared', rule: EMAIL, by: caller({ purpose: null }), expected: [] },
    {
      name: 'none, where annotations deny',
      rule: { ...EMAIL, deny: ['upkeep'] },
      by: caller({}),
      expected: [],
    },
  ])('$name', ({ rule, by, expected }) => {
    const policy = smallPolicy();
    const verdict = decideStatically(policy, rule, by);
    const entries = decidingEntries(policy, policyPlaces(SMALL_POLICY), rule, by, verdict);
    expect(entries.map(({ entry }) => entry)).toEqual(expected);
  });

  it.each([
    {
      name: 'a look-up',
      by: caller({ purpose: 'service' }),
      expected: ['purposes › service › lookups: contact.email'],
    },
    { name: 'no look-ups', by: caller({}), expected: ['purposes › upkeep (no lookups for contact.email)'] },
    {
      name: 'other look-ups',
      by: caller({ purpose: 'advertising' }),
      expected: ['purposes › advertising › lookups (nothing for contact.email)'],
    },
    { name: 'no purpose', by: caller({ purpose: null }), expected: [] },
  ])('of an argument: $name', ({ by, expected }) => {
    const entries = lookupEntries(smallPolicy(), policyPlaces(SMALL_POLICY), ['contact.email'], by);
    expect(entries.map(({ entry }) => entry)).toEqual(expected);
  });
});
