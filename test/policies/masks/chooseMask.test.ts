import { describe, expect, it } from 'vitest';
import { chooseMask } from '../../../policies/masks/chooseMask.ts';
import type { LeafType } from '../../../policies/masks/mask.ts';
import { maskPolicy } from './maskPolicy.ts';

const text: LeafType = { kind: 'String', name: 'String', values: [] };
const id: LeafType = { kind: 'ID', name: 'ID', values: [] };
const int: LeafType = { kind: 'Int', name: 'Int', values: [] };
const kind: LeafType = { kind: 'Enum', name: 'Kind', values: ['UNDISCLOSED', 'VIEW'] };
const policy = maskPolicy();

describe('chooseMask', () => {
  it.each([
    { name: 'the category’s default', categories: ['contact.email'], named: [], expected: 'email' },
    { name: 'the one named', categories: ['contact.email'], named: ['initial'], expected: 'partial' },
    {
      name: 'one named twice',
      categories: ['contact.email'],
      named: ['initial', 'initial'],
      expected: 'partial',
    },
    { name: 'two named', categories: ['contact.email'], named: ['initial', 'email'], expected: 'constant' },
    {
      name: 'two named, one a constant',
      categories: ['contact.email'],
      named: ['email', 'hidden'],
      expected: 'constant',
    },
    { name: 'a constant named', categories: ['contact.email'], named: ['hidden'], expected: 'constant' },
    {
      name: 'categories that agree',
      categories: ['contact.email', 'contact.backup'],
      named: [],
      expected: 'email',
    },
    {
      name: 'categories that differ',
      categories: ['contact.email', 'account.nickname'],
      named: [],
      expected: 'constant',
    },
    {
      name: 'categories that differ, and one named',
      categories: ['contact.email', 'account.nickname'],
      named: ['email'],
      expected: 'email',
    },
    { name: 'no category', categories: [], named: ['email'], expected: 'constant' },
    { name: 'an unknown category', categories: ['contact.fax'], named: ['email'], expected: 'constant' },
    {
      name: 'an unknown category among others',
      categories: ['contact.email', 'contact.fax'],
      named: [],
      expected: 'constant',
    },
    {
      name: 'a category that is never disclosed',
      categories: ['account.password'],
      named: ['email'],
      expected: 'constant',
    },
    {
      name: 'a category that is never disclosed among others',
      categories: ['contact.email', 'account.password'],
      named: [],
      expected: 'constant',
    },
    { name: 'an unknown name', categories: ['contact.email'], named: ['emial'], expected: 'constant' },
    {
      name: 'a name that all objects have',
      categories: ['contact.email'],
      named: ['__proto__'],
      expected: 'constant',
    },
    { name: 'a default that is not defined', categories: ['usage.ip'], named: [], expected: 'constant' },
    { name: 'an unknown kind', categories: ['contact.email'], named: ['unheard-of'], expected: 'constant' },
    {
      name: 'parameters out of range',
      categories: ['contact.email'],
      named: ['wrong'],
      expected: 'constant',
    },
    {
      name: 'parameters with a wrong key',
      categories: ['contact.email'],
      named: ['misspelt'],
      expected: 'constant',
    },
  ])('$name: $expected', ({ categories, named, expected }) => {
    const chosen = chooseMask(policy, categories, named, 'internal', text);
    expect(chosen.kind === 'mask' ? chosen.mask.kind : chosen.kind).toBe(expected);
  });

  it.each([
    { name: 'text from a mask of dates', named: ['year'], leaf: text, expected: 'date' },
    { name: 'numbers from a mask of dates', named: ['year'], leaf: int, expected: 'date' },
    { name: 'an ID from a mask of dates', named: ['year'], leaf: id, expected: 'constant' },
    { name: 'an ID from a pseudonym', named: ['token'], leaf: id, expected: 'pseudonym' },
    { name: 'numbers from a pseudonym', named: ['token'], leaf: int, expected: 'constant' },
    { name: 'an enum from text', named: ['initial'], leaf: kind, expected: 'constant' },
    { name: 'an enum from the author’s constant', named: ['hidden-kind'], leaf: kind, expected: 'value' },
  ])('$name: $expected', ({ named, leaf, expected }) => {
    const chosen = chooseMask(policy, ['contact.email'], named, 'internal', leaf);
    expect(chosen.kind === 'mask' ? chosen.mask.kind : chosen.kind).toBe(expected);
  });

  it.each([
    { recipient: 'internal', part: 'partial', token: 'pseudonym', nothing: 'value' },
    { recipient: 'group', part: 'partial', token: 'pseudonym', nothing: 'value' },
    { recipient: 'processor.mail', part: 'partial', token: 'pseudonym', nothing: 'value' },
    { recipient: 'authority', part: 'partial', token: 'pseudonym', nothing: 'value' },
    { recipient: 'third_party.acme', part: 'constant', token: 'constant', nothing: 'value' },
    { recipient: 'advertiser.criteo', part: 'constant', token: 'constant', nothing: 'value' },
    { recipient: 'third_party.unknown', part: 'constant', token: 'constant', nothing: 'value' },
    { recipient: '__proto__', part: 'constant', token: 'constant', nothing: 'value' },
  ])('$recipient learns by $part, $token and $nothing', ({ recipient, ...expected }) => {
    const chosen = (mask: string): string => {
      const choice = chooseMask(policy, ['contact.email'], [mask], recipient, text);
      return choice.kind === 'mask' ? choice.mask.kind : choice.kind;
    };
    expect({ part: chosen('initial'), token: chosen('token'), nothing: chosen('hidden-kind') }).toEqual(
      expected,
    );
  });

  it('gives the parameters with their defaults, and the categories in one order', () => {
    const chosen = chooseMask(
      policy,
      ['contact.email', 'account.nickname', 'contact.email'],
      ['initial'],
      'group',
      text,
    );
    expect(chosen).toMatchObject({
      parameters: { start: 2, end: 0 },
      category: 'account.nickname+contact.email',
    });
  });
});
