import { describe, expect, it } from 'vitest';
import { declarable } from '../../policies/declarable.ts';
import { smallPolicy } from './smallPolicy.ts';

describe('what a client may declare', () => {
  it.each([
    {
      name: 'by its registration',
      given: { client: 'desk', purposes: null },
      expected: ['service', 'service.part', 'upkeep'],
    },
    {
      name: 'no more than its token allows',
      given: { client: 'desk', purposes: ['service.part', 'offers'] },
      expected: ['service.part'],
    },
    {
      name: 'not what has no basis itself',
      given: { client: 'many', purposes: ['agreed'] },
      expected: ['agreed.sample'],
    },
    { name: 'nothing under a token for nothing', given: { client: 'desk', purposes: [] }, expected: [] },
  ])('$name', ({ given, expected }) => {
    expect(declarable(smallPolicy(), given)?.purposes.map(({ key }) => key)).toEqual(expected);
  });

  it.each([
    { name: 'a client that is not registered', given: { client: 'toString', purposes: null } },
    { name: 'none', given: { client: null, purposes: null } },
  ])('nothing is told to $name', ({ given }) => {
    expect(declarable(smallPolicy(), given)).toBeNull();
  });

  it('on which basis it is served to each of its recipients, and to no other', () => {
    const legal = declarable(smallPolicy(), { client: 'legal', purposes: null });
    expect(legal).toEqual({
      client: 'legal',
      recipients: ['authority', 'internal'],
      grounds: ['law'],
      purposes: [
        {
          key: 'disclosure.law',
          text: 'Law',
          article: '7',
          bases: [{ recipient: 'authority', basis: 'ground' }],
          lookups: ['contact.email'],
          grounds: ['law'],
        },
        {
          key: 'service',
          text: 'Service',
          article: '4',
          bases: [{ recipient: 'internal', basis: 'notified' }],
          lookups: ['contact.email'],
          grounds: ['law'],
        },
        {
          key: 'service.part',
          text: 'Part',
          article: '4',
          bases: [{ recipient: 'internal', basis: 'notified' }],
          lookups: [],
          grounds: ['law'],
        },
      ],
    });
  });

  it('which grounds of its own reach it, and nobody else’s', () => {
    const desk = declarable(smallPolicy(), { client: 'desk', purposes: null });
    expect(desk?.purposes.map(({ key, grounds }) => [key, grounds])).toContainEqual(['service', []]);
    expect(desk?.grounds).toEqual([]);
  });

  it('that rights of access are served to oneself', () => {
    const policy = smallPolicy({ 'purposes: [service, upkeep]': 'purposes: [rights]' });
    expect(declarable(policy, { client: 'desk', purposes: null })?.purposes).toMatchObject([
      { key: 'rights.access', bases: [{ recipient: 'internal', basis: 'self' }], grounds: [] },
    ]);
  });
});
