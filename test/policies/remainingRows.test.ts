import { describe, expect, it } from 'vitest';
import type { Caller } from '../../policies/caller.ts';
import type { ConsentEntry, SubjectState } from '../../policies/consent/state.ts';
import { decideForSubject, decideStatically } from '../../policies/decide.ts';
import { remainingRows } from '../../policies/remainingRows.ts';
import { smallPolicy } from './smallPolicy.ts';

const NOW = Date.UTC(2026, 0, 1);
const SUBJECT = 'user:u_1';

const caller = (changes: Partial<Caller>): Caller => ({
  client: 'any',
  purpose: 'upkeep',
  recipient: 'internal',
  endUser: null,
  actor: null,
  ground: null,
  ...changes,
});

const callers = [
  caller({}),
  caller({ purpose: 'service' }),
  caller({ purpose: 'offers' }),
  caller({ purpose: 'panel' }),
  caller({ purpose: 'agreed.sample' }),
  caller({ purpose: 'rights.access', endUser: 'user:u_2' }),
  caller({
    purpose: 'disclosure.law',
    recipient: 'authority',
    ground: { kind: 'law', reference: 'r', expires: NOW + 1, subjects: ['user:u_2'] },
  }),
];

/** States of every kind: what of them is refused is refused by some row. */
function states(purpose: string): readonly SubjectState[] {
  const entry = (state: ConsentEntry['state'], changes: Partial<ConsentEntry> = {}): ConsentEntry => ({
    purpose,
    recipient: null,
    state,
    at: NOW - 10,
    expiresAt: null,
    ...changes,
  });
  const entries = [
    [],
    [entry('GIVEN', { expiresAt: NOW - 1 })],
    [entry('REFUSED')],
    [entry('WITHDRAWN')],
    [entry('OBJECTED')],
    [entry('GIVEN')],
  ];
  return [
    { kind: 'unresolved' },
    { kind: 'unavailable', subject: SUBJECT },
    ...entries.flatMap((each) =>
      [true, false].flatMap((suspended) =>
        [['survey'], []].flatMap((collectionMethods) =>
          [NOW - 1, null].map((lastServiceUse): SubjectState => ({
            kind: 'known',
            subject: SUBJECT,
            state: {
              subject: SUBJECT,
              suspended,
              lastServiceUse,
              collectionMethods,
              entries: each,
              reference: null,
            },
          })),
        ),
      ),
    ),
  ];
}

describe('the rows that remain', () => {
  it.each(callers.map((each) => ({ name: `${String(each.purpose)} for ${each.recipient}`, given: each })))(
    'are those that deny somebody: $name',
    ({ given }) => {
      const policy = smallPolicy();
      const opening = decideStatically(
        policy,
        { categories: ['contact.email'], allow: null, deny: [] },
        given,
      );
      if (opening.effect === 'deny') throw new Error(opening.reason);
      const denials = states(opening.purpose.key)
        .map((state) => decideForSubject(policy, opening, given, state, NOW))
        .flatMap(({ effect, reason }) =>
          effect === 'deny' || !['NOTIFIED', 'CONSENT', 'GROUND', 'SELF'].includes(reason) ? [reason] : [],
        );
      const rows = remainingRows(opening);
      expect(new Set(rows.map(({ denial }) => denial))).toEqual(new Set(denials));
      expect(rows.map(({ row }) => row)).toEqual(rows.map(({ row }) => row).toSorted((a, b) => a - b));
    },
  );
});
