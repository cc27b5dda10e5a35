import { describe, expect, it } from 'vitest';
import type { Caller, Ground } from '../../policies/caller.ts';
import type { ConsentEntry, ConsentState, SubjectState } from '../../policies/consent/state.ts';
import { decide } from '../../policies/decide.ts';
import { STATIC_DENIALS, SUBJECT_DENIALS, type DenialReason } from '../../policies/decision.ts';
import type { Policy, Purpose } from '../../policies/policy.ts';
import type { Rule } from '../../policies/rule.ts';
import { smallPolicy } from './smallPolicy.ts';

const NOW = Date.parse('2024-06-01');
const at = (day: string): number => Date.parse(day);

/** Everything one decision depends on. */
interface Case {
  policy: Policy;
  rule: Rule;
  caller: Caller;
  subject: SubjectState;
  now: number;
}

const POLICY = smallPolicy();
const UPKEEP = purposeOf('upkeep');
const STATE: ConsentState = {
  subject: 'user:u_1',
  suspended: false,
  lastServiceUse: at('2024-05-01'),
  collectionMethods: ['survey'],
  entries: [],
};
const GROUND: Ground = {
  kind: 'law',
  reference: 'case 1',
  expires: at('2024-07-01'),
  subjects: ['user:u_1'],
};

function purposeOf(key: string): Purpose {
  const purpose = POLICY.purposes.get(key);
  if (purpose === undefined) throw new Error(`The small policy has no purpose ${key}.`);
  return purpose;
}

function entry(
  state: ConsentEntry['state'],
  purpose: string,
  day: string,
  rest: Partial<ConsentEntry> = {},
): ConsentEntry {
  return { purpose, recipient: null, state, at: at(day), expiresAt: null, ...rest };
}

function caseOf(
  purpose: string | null,
  state: Partial<ConsentState> = {},
  caller: Partial<Caller> = {},
): Case {
  return {
    policy: POLICY,
    rule: { categories: ['contact.email'], allow: null, deny: [] },
    caller: {
      client: 'desk',
      purpose,
      recipient: 'internal',
      endUser: null,
      actor: null,
      ground: null,
      ...caller,
    },
    subject: { kind: 'known', subject: 'user:u_1', state: { ...STATE, ...state } },
    now: NOW,
  };
}

function answer({ policy, rule, caller, subject, now }: Case): string {
  const decision = decide(policy, rule, caller, subject, now);
  return decision.effect === 'deny' ? decision.reason : `${decision.level} ${decision.reason}`;
}

const withState = (base: Case, change: Partial<ConsentState>): Case =>
  base.subject.kind === 'known'
    ? { ...base, subject: { ...base.subject, state: { ...base.subject.state, ...change } } }
    : base;

/** One way of failing each row, independent of the others where that is possible. */
const FAULTS = {
  PURPOSE_MISSING: (base) => ({ ...base, caller: { ...base.caller, purpose: null } }),
  NEVER_DISCLOSED: (base) => ({
    ...base,
    rule: { ...base.rule, categories: [...base.rule.categories, 'secret'] },
  }),
  RECIPIENT_BARRED: (base) => ({ ...base, caller: { ...base.caller, recipient: 'advertiser.ads' } }),
  PURPOSE_DENIED: (base) => ({ ...base, rule: { ...base.rule, deny: [base.caller.purpose ?? 'service'] } }),
  GROUND_NOT_COVERED: (base) => ({
    ...base,
    rule: { ...base.rule, categories: [...base.rule.categories, 'cookie'] },
  }),
  PURPOSE_NOT_ALLOWED: (base) => ({ ...base, rule: { ...base.rule, allow: ['upkeep.other'] } }),
  CATEGORY_NOT_COVERED: (base) => ({
    ...base,
    rule: { ...base.rule, categories: [...base.rule.categories, 'cookie'] },
  }),
  RECIPIENT_NOT_COVERED: (base) => ({ ...base, caller: { ...base.caller, recipient: 'authority' } }),
  SUBJECT_UNRESOLVED: (base) => ({ ...base, subject: { kind: 'unresolved' } }),
  GROUND_OUT_OF_SCOPE: (base) => ({
    ...base,
    caller: { ...base.caller, ground: { ...GROUND, subjects: ['user:u_2'] } },
  }),
  SELF_MISMATCH: (base) => ({ ...base, caller: { ...base.caller, endUser: 'user:u_2' } }),
  CONSENT_UNAVAILABLE: (base) => ({ ...base, subject: { kind: 'unavailable', subject: 'user:u_1' } }),
  SUSPENDED: (base) => withState(base, { suspended: true }),
  OBJECTED: (base) =>
    withState(base, { entries: [entry('OBJECTED', base.caller.purpose ?? 'service', '2024-05-20')] }),
  CHANNEL_NOT_COVERED: (base) => withState(base, { collectionMethods: ['telephone'] }),
  CONSENT_NOT_GIVEN: (base) => withState(base, { entries: [] }),
  CONSENT_REFUSED: (base) => withState(base, { entries: [entry('REFUSED', 'offers', '2024-05-01')] }),
  CONSENT_WITHDRAWN: (base) => withState(base, { entries: [entry('WITHDRAWN', 'offers', '2024-05-01')] }),
  CONSENT_EXPIRED: (base) =>
    withState(base, { entries: [entry('GIVEN', 'offers', '2023-05-01', { expiresAt: at('2024-05-01') })] }),
  REVISION_NOT_ACCEPTED: (base) => withState(base, { lastServiceUse: at('2019-12-31') }),
} satisfies Record<DenialReason, (base: Case) => Case>;

const BEFORE_SUBJECT: readonly DenialReason[] = [
  'PURPOSE_MISSING',
  'NEVER_DISCLOSED',
  'RECIPIENT_BARRED',
  'PURPOSE_DENIED',
  'PURPOSE_NOT_ALLOWED',
  'CATEGORY_NOT_COVERED',
  'RECIPIENT_NOT_COVERED',
  'SUBJECT_UNRESOLVED',
];
const BEFORE_BASIS: readonly DenialReason[] = [
  ...BEFORE_SUBJECT,
  'CONSENT_UNAVAILABLE',
  'SUSPENDED',
  'OBJECTED',
  'CHANNEL_NOT_COVERED',
];

/** By basis: something that is allowed, and the rows that can still deny it, in the table's order. */
const CHAINS: readonly { basis: string; allowed: Case; answer: string; rows: readonly DenialReason[] }[] = [
  {
    basis: 'notified',
    allowed: caseOf('service'),
    answer: 'full NOTIFIED',
    rows: [...BEFORE_BASIS, 'REVISION_NOT_ACCEPTED'],
  },
  ...(['CONSENT_NOT_GIVEN', 'CONSENT_REFUSED', 'CONSENT_WITHDRAWN', 'CONSENT_EXPIRED'] as const).map(
    (reason) => ({
      basis: `consent (${reason})`,
      allowed: caseOf('offers', { entries: [entry('GIVEN', 'offers', '2024-01-01')] }),
      answer: 'full CONSENT',
      rows: [...BEFORE_BASIS, reason],
    }),
  ),
  {
    basis: 'ground',
    allowed: caseOf('disclosure.law', {}, { recipient: 'authority', ground: GROUND }),
    answer: 'full GROUND',
    rows: [
      'PURPOSE_MISSING',
      'NEVER_DISCLOSED',
      'RECIPIENT_BARRED',
      'PURPOSE_DENIED',
      'GROUND_NOT_COVERED',
      'SUBJECT_UNRESOLVED',
      'GROUND_OUT_OF_SCOPE',
    ],
  },
  {
    basis: 'self',
    allowed: caseOf('rights.access', {}, { endUser: 'user:u_1' }),
    answer: 'full SELF',
    rows: [...BEFORE_SUBJECT, 'SELF_MISMATCH'],
  },
];

describe.each(CHAINS)('the table, basis $basis', ({ allowed, answer: expected, rows }) => {
  it('allows where no row denies', () => {
    expect(answer(allowed)).toBe(expected);
  });

  it.each(rows)('%s alone denies', (reason) => {
    expect(answer(FAULTS[reason](allowed))).toBe(reason);
  });

  const pairs = rows.flatMap((first, index) => rows.slice(index + 1).map((second) => ({ first, second })));
  it.each(pairs)('$first comes before $second', ({ first, second }) => {
    expect(answer(FAULTS[first](FAULTS[second](allowed)))).toBe(first);
  });
});

it('reaches every reason there is', () => {
  const reached = new Set(CHAINS.flatMap(({ rows }) => rows));
  expect([...reached].toSorted()).toEqual([...STATIC_DENIALS, ...SUBJECT_DENIALS].toSorted());
});

describe('what one row reads', () => {
  const offers = (...entries: ConsentEntry[]): Case => caseOf('offers', { entries });
  const upkeep = (change: Partial<ConsentState>): Case => caseOf('upkeep', change);
  const revision = (text: string, lastServiceUse: number | null): Case => ({
    ...caseOf('service', { lastServiceUse }),
    policy: smallPolicy({
      "{ effective: 2020-01-01, significant: unknown, notified: unknown, article: '12' }": text,
    }),
  });
  const seasonal = (...entries: ConsentEntry[]): Case => caseOf('offers.seasonal', { entries });
  const given = entry('GIVEN', 'offers', '2024-03-01');
  const ground = (change: Partial<Ground>, rule: Partial<Rule> = {}): Case => {
    const base = caseOf(
      'disclosure.law',
      { suspended: true },
      { recipient: 'authority', ground: { ...GROUND, ...change } },
    );
    return { ...base, rule: { ...base.rule, ...rule } };
  };

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
    {
      name: '15: nothing is known of the subject',
      given: upkeep({ lastServiceUse: null }),
      expected: 'REVISION_NOT_ACCEPTED',
    },
    {
      name: '15: use at the very moment',
      given: upkeep({ lastServiceUse: at('2020-01-01') }),
      expected: 'full NOTIFIED',
    },
    {
      name: '15: notified, never used',
      given: revision(
        "{ effective: 2020-01-01, significant: true, notified: 2024-05-01, article: '12' }",
        null,
      ),
      expected: 'full NOTIFIED',
    },
    {
      name: '15: significant, not notified, used since',
      given: revision(
        "{ effective: 2020-01-01, significant: true, notified: null, article: '12' }",
        at('2024-05-01'),
      ),
      expected: 'REVISION_NOT_ACCEPTED',
    },
    {
      name: '15: significant, notification unknown, used since',
      given: revision(
        "{ effective: 2020-01-01, significant: true, notified: unknown, article: '12' }",
        at('2024-05-01'),
      ),
      expected: 'REVISION_NOT_ACCEPTED',
    },
    {
      name: '15: not significant, not notified, used since',
      given: revision(
        "{ effective: 2020-01-01, significant: false, notified: null, article: '12' }",
        at('2024-05-01'),
      ),
      expected: 'full NOTIFIED',
    },
    {
      name: '15: to be notified later, used since',
      given: revision(
        "{ effective: 2020-01-01, significant: false, notified: 2024-12-01, article: '12' }",
        at('2024-05-01'),
      ),
      expected: 'REVISION_NOT_ACCEPTED',
    },
    {
      name: '15: not yet in force',
      given: revision(
        "{ effective: 2025-01-01, significant: false, notified: unknown, article: '12' }",
        at('2024-05-01'),
      ),
      expected: 'REVISION_NOT_ACCEPTED',
    },
    {
      name: '15: a revision ahead does not count yet',
      given: revision(
        "{ effective: 2020-01-01, significant: unknown, notified: unknown, article: '12' }\n  - { effective: 2025-01-01, significant: true, notified: null, article: '12' }",
        at('2024-05-01'),
      ),
      expected: 'full NOTIFIED',
    },
  ];
  it.each(table)('$name', ({ given: example, expected }) => {
    expect(answer(example)).toBe(expected);
  });
});
