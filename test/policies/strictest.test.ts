import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STATIC_DENIALS, SUBJECT_DENIALS, type Decision } from '../../policies/decision.ts';
import { strictest } from '../../policies/strictest.ts';

const FULL: Decision = { effect: 'allow', level: 'full', reason: 'CONSENT' };
const MASKED: Decision = { effect: 'allow', level: 'masked', reason: 'NOTIFIED' };
const FALLBACK: Decision = { effect: 'allow', level: 'masked', reason: 'CONSENT_REFUSED' };
const SUSPENDED: Decision = { effect: 'deny', reason: 'SUSPENDED' };
const REFUSED: Decision = { effect: 'deny', reason: 'CONSENT_REFUSED' };

const table: readonly { name: string; given: readonly Decision[]; expected: Decision }[] = [
  { name: 'nobody', given: [], expected: { effect: 'deny', reason: 'SUBJECT_UNRESOLVED' } },
  { name: 'one', given: [FULL], expected: FULL },
  { name: 'a mask beats the full value', given: [FULL, MASKED, FULL], expected: MASKED },
  { name: 'a denial beats a mask', given: [MASKED, REFUSED, FULL], expected: REFUSED },
  { name: 'the earliest row names the reason', given: [REFUSED, SUSPENDED], expected: SUSPENDED },
  { name: 'a denial shown as a mask tells more than a mask', given: [MASKED, FALLBACK], expected: FALLBACK },
];

describe('strictest', () => {
  it.each(table)('$name', ({ given, expected }) => {
    expect(strictest(given)).toEqual(expected);
  });

  const decision: fc.Arbitrary<Decision> = fc.oneof(
    fc
      .constantFrom(...STATIC_DENIALS, ...SUBJECT_DENIALS)
      .map((reason): Decision => ({ effect: 'deny', reason })),
    fc.constantFrom<Decision>(FULL, MASKED, FALLBACK, { effect: 'allow', level: 'full', reason: 'SELF' }),
  );

  it('does not depend on order, grouping or repetition', () => {
    fc.assert(
      fc.property(
        fc.array(decision, { minLength: 1 }),
        fc.array(decision, { minLength: 1 }),
        (some, others) => {
          const all = strictest([...some, ...others]);
          expect(strictest([...others, ...some, ...some])).toEqual(all);
          expect(strictest([strictest(some), strictest(others)])).toEqual(all);
        },
      ),
    );
  });
});
