import { describe, expect, it } from 'vitest';
import { STATIC_DENIALS, SUBJECT_DENIALS, type DenialReason } from '../../policies/decision.ts';
import type { ConsentState } from '../../policies/consent/state.ts';
import { answer, at, caseOf, entry, GROUND, type Case } from './question.ts';

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
