import { describe, expect, it } from 'vitest';
import type { Ground } from '../../policies/caller.ts';
import type { Purpose } from '../../policies/policy.ts';
import type { Rule } from '../../policies/rule.ts';
import { answer, caseOf, GROUND, NOW, POLICY, type Case } from './question.ts';

const UPKEEP = purposeOf('upkeep');

function purposeOf(key: string): Purpose {
  const purpose = POLICY.purposes.get(key);
  if (purpose === undefined) throw new Error(`The small policy has no purpose ${key}.`);
  return purpose;
}

const ground = (change: Partial<Ground>, rule: Partial<Rule> = {}): Case => {
  const base = caseOf(
    'disclosure.law',
    { suspended: true },
    { recipient: 'authority', ground: { ...GROUND, ...change } },
  );
  return { ...base, rule: { ...base.rule, ...rule } };
};

describe('rows 1 to 10', () => {
  const table: readonly { name: string; given: Case; expected: string }[] = [
    { name: '1: an unknown purpose is none', given: caseOf('servise'), expected: 'PURPOSE_MISSING' },
    {
      name: '7: a purpose without basis serves nobody',
      given: caseOf('agreed'),
      expected: 'CATEGORY_NOT_COVERED',
    },
    {
      name: '2: what lies below a category that is never disclosed is not either',
      given: { ...caseOf('service'), rule: { categories: ['secret.hint'], allow: null, deny: [] } },
      expected: 'NEVER_DISCLOSED',
    },
    {
      name: '3: a category the policy does not know may identify',
      given: {
        ...caseOf('advertising', {}, { recipient: 'advertiser.ads' }),
        rule: { categories: ['cookies'], allow: null, deny: [] },
      },
      expected: 'RECIPIENT_BARRED',
    },
    {
      name: '3: one that identifies nobody is not barred',
      given: {
        ...caseOf('advertising', {}, { recipient: 'advertiser.ads' }),
        rule: { categories: ['cookie'], allow: null, deny: [] },
      },
      expected: 'full NOTIFIED',
    },
    {
      name: '4: a denied descendant denies',
      given: {
        ...caseOf('service'),
        rule: { categories: ['contact.email'], allow: null, deny: ['service.part'] },
      },
      expected: 'PURPOSE_DENIED',
    },
    {
      name: '4: a denied ancestor denies',
      given: {
        ...caseOf('service.part'),
        rule: { categories: ['contact.email'], allow: null, deny: ['service'] },
      },
      expected: 'PURPOSE_DENIED',
    },
    {
      name: '4: a namesake does not',
      given: { ...caseOf('service'), rule: { categories: ['contact.email'], allow: null, deny: ['serv'] } },
      expected: 'full NOTIFIED',
    },
    {
      name: '6: a child is not allowed by its sibling',
      given: {
        ...caseOf('service'),
        rule: { categories: ['contact.email'], allow: ['service.part'], deny: [] },
      },
      expected: 'PURPOSE_NOT_ALLOWED',
    },
    {
      name: '7: no category at all is not covered',
      given: { ...caseOf('service'), rule: { categories: [], allow: null, deny: [] } },
      expected: 'CATEGORY_NOT_COVERED',
    },
    {
      name: '7: the strictest level of several categories',
      given: ground({}, { categories: ['contact.email', 'contact.name'] }),
      expected: 'masked GROUND',
    },
    {
      name: '7: a recipient that the policy does not know has no basis',
      given: caseOf('service', {}, { recipient: 'internal.intern' }),
      expected: 'RECIPIENT_NOT_COVERED',
    },
    {
      name: '7: without its ground a purpose has no basis',
      given: caseOf('disclosure.law', {}, { recipient: 'authority' }),
      expected: 'RECIPIENT_NOT_COVERED',
    },
    {
      name: '5: an unknown ground covers nothing',
      given: ground({ kind: 'whim' }),
      expected: 'GROUND_NOT_COVERED',
    },
    {
      name: '5: nor one without a reference',
      given: ground({ reference: '' }),
      expected: 'GROUND_NOT_COVERED',
    },
    {
      name: '5: nor one for another purpose',
      given: caseOf('upkeep', {}, { recipient: 'authority', ground: GROUND }),
      expected: 'GROUND_NOT_COVERED',
    },
    {
      name: '5: nor one for another recipient',
      given: caseOf('disclosure.law', {}, { ground: GROUND }),
      expected: 'GROUND_NOT_COVERED',
    },
    {
      name: '5: nor a category that the policy does not know',
      given: ground({}, { categories: ['contact.fax'] }),
      expected: 'GROUND_NOT_COVERED',
    },
    {
      name: '10: rights of access are for oneself, whatever basis a policy states',
      given: {
        ...caseOf('rights.access', {}, { endUser: 'user:u_2' }),
        policy: { ...POLICY, purposes: new Map([['rights.access', { ...UPKEEP, key: 'rights.access' }]]) },
      },
      expected: 'SELF_MISMATCH',
    },
    {
      name: '6 is skipped under a ground',
      given: ground({}, { allow: ['upkeep'] }),
      expected: 'full GROUND',
    },
    {
      name: '7 is skipped under a ground',
      given: caseOf('service', { suspended: true }, { recipient: 'authority', ground: GROUND }),
      expected: 'full GROUND',
    },
    {
      name: '9: a ground that expires now',
      given: ground({ expires: NOW }),
      expected: 'GROUND_OUT_OF_SCOPE',
    },
    {
      name: '9: a ground lifts 11',
      given: { ...ground({}), subject: { kind: 'unavailable', subject: 'user:u_1' } },
      expected: 'full GROUND',
    },
    {
      name: '10: nobody is nobody',
      given: caseOf('rights.access'),
      expected: 'SELF_MISMATCH',
    },
    {
      name: '10: lifts suspension',
      given: caseOf('rights.access', { suspended: true }, { endUser: 'user:u_1' }),
      expected: 'full SELF',
    },
  ];
  it.each(table)('$name', ({ given: example, expected }) => {
    expect(answer(example)).toBe(expected);
  });
});
