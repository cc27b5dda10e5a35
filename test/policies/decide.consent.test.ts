import { describe, expect, it } from 'vitest';
import type { ConsentEntry, ConsentState } from '../../policies/consent/state.ts';
import { answer, caseOf, entry, NOW, type Case } from './question.ts';

const offers = (...entries: ConsentEntry[]): Case => caseOf('offers', { entries });

const upkeep = (change: Partial<ConsentState>): Case => caseOf('upkeep', change);

const seasonal = (...entries: ConsentEntry[]): Case => caseOf('offers.seasonal', { entries });

const given = entry('GIVEN', 'offers', '2024-03-01');

describe('rows 11 to 14', () => {
  const table: readonly { name: string; given: Case; expected: string }[] = [
    {
      name: "11: somebody else's state is none",
      given: caseOf('service', { subject: 'user:u_2' }),
      expected: 'CONSENT_UNAVAILABLE',
    },
    {
      name: '12: not every purpose is stopped',
      given: upkeep({ suspended: true }),
      expected: 'full NOTIFIED',
    },
    {
      name: '12: nor objected to',
      given: upkeep({ entries: [entry('OBJECTED', 'upkeep', '2024-01-01')] }),
      expected: 'full NOTIFIED',
    },
    {
      name: '12: an objection to an ancestor',
      given: caseOf('service.part', { entries: [entry('OBJECTED', 'service', '2024-01-01')] }),
      expected: 'OBJECTED',
    },
    {
      name: '12: an objection to a descendant says nothing of its parent',
      given: caseOf('service', { entries: [entry('OBJECTED', 'service.part', '2024-01-01')] }),
      expected: 'full NOTIFIED',
    },
    {
      name: '12: an objection for another recipient',
      given: caseOf('service', {
        entries: [entry('OBJECTED', 'service', '2024-01-01', { recipient: 'group' })],
      }),
      expected: 'full NOTIFIED',
    },
    {
      name: '12: an objection for a whole kind of recipients',
      given: {
        ...caseOf(
          'advertising',
          { entries: [entry('OBJECTED', 'advertising', '2024-01-01', { recipient: 'advertiser' })] },
          { recipient: 'advertiser.ads' },
        ),
        rule: { categories: ['cookie'], allow: null, deny: [] },
      },
      expected: 'OBJECTED',
    },
    {
      name: '12: on a published objective a refusal says the same',
      given: caseOf('service', { entries: [entry('REFUSED', 'service', '2024-01-01')] }),
      expected: 'OBJECTED',
    },
    {
      name: '12: lifted by a later given of equal scope',
      given: caseOf('service', {
        entries: [
          entry('OBJECTED', 'service', '2024-01-01'),
          entry('GIVEN', 'service', '2024-02-01', { recipient: 'internal' }),
        ],
      }),
      expected: 'full NOTIFIED',
    },
    {
      name: '12: not by an earlier one',
      given: caseOf('service', {
        entries: [
          entry('OBJECTED', 'service', '2024-02-01'),
          entry('GIVEN', 'service', '2024-02-01', { recipient: 'internal' }),
        ],
      }),
      expected: 'OBJECTED',
    },
    {
      name: '12: nor by one that has expired',
      given: caseOf('service', {
        entries: [
          entry('OBJECTED', 'service', '2024-01-01'),
          entry('GIVEN', 'service', '2024-02-01', { recipient: 'internal', expiresAt: NOW }),
        ],
      }),
      expected: 'OBJECTED',
    },
    {
      name: '13: no channel at all',
      given: caseOf('service', { collectionMethods: [] }),
      expected: 'CHANNEL_NOT_COVERED',
    },
    { name: '14: one given for any recipient', given: offers(given), expected: 'full CONSENT' },
    {
      name: '14: one given for another recipient',
      given: offers({ ...given, recipient: 'third_party.acme' }),
      expected: 'CONSENT_NOT_GIVEN',
    },
    {
      name: '14: one given for a kind of recipients names no recipient',
      given: caseOf(
        'offers',
        { entries: [{ ...given, recipient: 'third_party' }] },
        { recipient: 'third_party.acme' },
      ),
      expected: 'CONSENT_NOT_GIVEN',
    },
    {
      name: '14: one given for its parent serves an incidental use',
      given: seasonal(given),
      expected: 'full CONSENT',
    },
    {
      name: '14: one given for a child does not serve its parent',
      given: offers(entry('GIVEN', 'offers.seasonal', '2024-03-01')),
      expected: 'CONSENT_NOT_GIVEN',
    },
    {
      name: '14: one given for what cannot be granted',
      given: caseOf('agreed.sample', { entries: [entry('GIVEN', 'agreed', '2024-03-01')] }),
      expected: 'CONSENT_NOT_GIVEN',
    },
    {
      name: '14: one dated ahead',
      given: offers(entry('GIVEN', 'offers', '2024-06-02')),
      expected: 'CONSENT_NOT_GIVEN',
    },
    {
      name: '14: one that expires now',
      given: offers({ ...given, expiresAt: NOW }),
      expected: 'CONSENT_EXPIRED',
    },
    {
      name: '14: refused, then given until now',
      given: offers(entry('REFUSED', 'offers', '2024-01-01'), { ...given, expiresAt: NOW }),
      expected: 'CONSENT_REFUSED',
    },
    {
      name: '14: refused for any recipient, then given for this one',
      given: offers(entry('REFUSED', 'offers', '2024-01-01'), { ...given, recipient: 'internal' }),
      expected: 'full CONSENT',
    },
    {
      name: '14: refused for this recipient, then given for any: the wider does not lift the narrower',
      given: offers(entry('REFUSED', 'offers', '2024-01-01', { recipient: 'internal' }), given),
      expected: 'CONSENT_REFUSED',
    },
    {
      name: '14: refused for a child, then given for its parent',
      given: seasonal(entry('REFUSED', 'offers.seasonal', '2024-01-01'), given),
      expected: 'CONSENT_REFUSED',
    },
    {
      name: '14: refused for the parent, then given for the child',
      given: seasonal(
        entry('REFUSED', 'offers', '2024-01-01'),
        entry('GIVEN', 'offers.seasonal', '2024-02-01'),
      ),
      expected: 'full CONSENT',
    },
    {
      name: '14: given, then withdrawn above',
      given: seasonal(
        entry('GIVEN', 'offers.seasonal', '2024-02-01'),
        entry('WITHDRAWN', 'offers', '2024-03-01'),
      ),
      expected: 'CONSENT_WITHDRAWN',
    },
    {
      name: '14: the latest of several names the reason',
      given: offers(
        entry('WITHDRAWN', 'offers', '2024-03-01'),
        entry('REFUSED', 'offers', '2024-02-01', { recipient: 'internal' }),
      ),
      expected: 'CONSENT_WITHDRAWN',
    },
    {
      name: '14: a mask instead, for internal recipients',
      given: caseOf('panel', { entries: [entry('REFUSED', 'panel', '2024-01-01')] }),
      expected: 'masked CONSENT_REFUSED',
    },
    {
      name: '14: none for third parties',
      given: caseOf('panel', {}, { recipient: 'third_party.acme' }),
      expected: 'CONSENT_NOT_GIVEN',
    },
    {
      name: '12: no mask instead of an objection',
      given: caseOf('panel', { entries: [entry('OBJECTED', 'panel', '2024-01-01')] }),
      expected: 'OBJECTED',
    },
  ];
  it.each(table)('$name', ({ given: example, expected }) => {
    expect(answer(example)).toBe(expected);
  });
});
