import { describe, expect, it } from 'vitest';
import type { Caller } from '../../policies/caller.ts';
import { mayLookUp } from '../../policies/mayLookUp.ts';
import { smallPolicy } from './smallPolicy.ts';

const DESK: Caller = {
  client: 'desk',
  purpose: 'service',
  recipient: 'internal',
  endUser: null,
  actor: null,
  ground: null,
};
const ADS: Caller = { ...DESK, purpose: 'advertising', recipient: 'advertiser.ads' };
const LEGAL: Caller = {
  ...DESK,
  purpose: 'disclosure.law',
  recipient: 'authority',
  ground: { kind: 'law', reference: 'case 1', expires: 1, subjects: ['user:u_1'] },
};
const GENEROUS = smallPolicy({
  'lookups: [contact.email], channels': 'lookups: [contact, secret, cookie], channels',
  'lookups: [cookie]': 'lookups: [cookie, contact]',
});

describe('mayLookUp', () => {
  const table: readonly { name: string; caller: Caller; categories: readonly string[]; expected: boolean }[] =
    [
      { name: 'a listed category', caller: DESK, categories: ['contact.email'], expected: true },
      { name: 'nothing personal', caller: { ...DESK, purpose: null }, categories: [], expected: true },
      { name: 'a sibling of a listed one', caller: DESK, categories: ['contact.name'], expected: false },
      { name: 'an ancestor of a listed one', caller: DESK, categories: ['contact'], expected: false },
      { name: 'one of two', caller: DESK, categories: ['contact.email', 'contact.name'], expected: false },
      {
        name: 'no purpose',
        caller: { ...DESK, purpose: null },
        categories: ['contact.email'],
        expected: false,
      },
      {
        name: 'an unknown purpose',
        caller: { ...DESK, purpose: 'servise' },
        categories: ['contact.email'],
        expected: false,
      },
      {
        name: 'a child, which lists its own',
        caller: { ...DESK, purpose: 'service.part' },
        categories: ['contact.email'],
        expected: false,
      },
      {
        name: 'a recipient without basis',
        caller: { ...DESK, recipient: 'authority' },
        categories: ['contact.email'],
        expected: false,
      },
      {
        name: 'an unknown recipient',
        caller: { ...DESK, recipient: 'internal.x' },
        categories: ['contact.email'],
        expected: false,
      },
      { name: 'a ground', caller: LEGAL, categories: ['contact.email'], expected: true },
      {
        name: 'an unlisted category under a ground',
        caller: LEGAL,
        categories: ['contact.name'],
        expected: false,
      },
      {
        name: 'a ground for another recipient',
        caller: { ...LEGAL, recipient: 'internal' },
        categories: ['contact.email'],
        expected: false,
      },
      {
        name: 'a purpose of grounds without one',
        caller: { ...LEGAL, ground: null },
        categories: ['contact.email'],
        expected: false,
      },
      {
        name: 'people about themselves',
        caller: { ...DESK, purpose: 'rights.access', endUser: 'user:u_1' },
        categories: ['contact.email'],
        expected: false,
      },
    ];
  it.each(table)('$name', ({ caller, categories, expected }) => {
    expect(mayLookUp(smallPolicy(), categories, caller)).toBe(expected);
  });

  it.each([
    {
      name: 'an ancestor of the category is listed',
      caller: DESK,
      categories: ['contact.name'],
      expected: true,
    },
    { name: 'listed, but never disclosed', caller: DESK, categories: ['secret'], expected: false },
    { name: 'listed, but unknown', caller: DESK, categories: ['contact.fax'], expected: false },
    { name: 'listed for an advertiser', caller: ADS, categories: ['cookie'], expected: true },
    {
      name: 'listed, but identifying to an advertiser',
      caller: ADS,
      categories: ['contact.email'],
      expected: false,
    },
  ])('$name', ({ caller, categories, expected }) => {
    expect(mayLookUp(GENEROUS, categories, caller)).toBe(expected);
  });

  it('people about themselves, though their purpose lists the category', () => {
    const purpose = GENEROUS.purposes.get('rights.access');
    if (purpose === undefined) throw new Error('Expected the purpose.');
    const listed = new Map([...GENEROUS.purposes, [purpose.key, { ...purpose, lookups: ['contact'] }]]);
    const self: Caller = { ...DESK, purpose: 'rights.access', endUser: 'user:u_1' };
    expect(mayLookUp({ ...GENEROUS, purposes: listed }, ['contact.email'], self)).toBe(false);
  });
});
