import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createMaskedReport,
  type Disclosure,
  type MaskedEntry,
} from '../../../gateway/project/maskedReport.ts';
import type { Guard } from '../../../gateway/project/shape.ts';
import { STATIC_DENIALS, SUBJECT_DENIALS, type Decision } from '../../../policies/decision.ts';
import { accepted, callerFor, generationOf, prepareQuery, show } from '../prepareHarness.ts';

const guard: Guard = {
  question: 0,
  verdict: { effect: 'deny', reason: 'PURPOSE_MISSING' },
  slots: [],
  denial: { kind: 'reject' },
  constant: { kind: 'reject' },
  mask: { kind: 'constant' },
  categories: ['contact.email'],
  rule: { categories: ['contact.email'], allow: null, deny: [] },
  report: { coordinate: 'User.mail', path: 'users[].mail', category: 'contact.email' },
};
const denial: Decision = { effect: 'deny', reason: 'SUSPENDED' };

const rowsOf = (...indices: readonly (readonly number[])[]): readonly string[] | undefined => {
  const report = createMaskedReport('true-reasons');
  for (const each of indices) report.add(guard, denial, 'denied', each);
  return report.entries()[0]?.rows;
};

describe('rows', () => {
  const table: readonly {
    name: string;
    indices: readonly (readonly number[])[];
    expected: readonly string[];
  }[] = [
    { name: 'one', indices: [[3]], expected: ['3'] },
    { name: 'a range', indices: [[0], [1], [2]], expected: ['0-2'] },
    { name: 'ranges with a gap', indices: [[0], [1], [4], [6], [7]], expected: ['0-1', '4', '6-7'] },
    {
      name: 'lists in lists, each under its own row',
      indices: [
        [0, 0],
        [0, 1],
        [1, 0],
        [2, 2],
        [2, 3],
      ],
      expected: ['0.0-1', '1.0', '2.2-3'],
    },
    {
      name: 'rows that follow on in another list',
      indices: [
        [0, 1],
        [1, 2],
      ],
      expected: ['0.1', '1.2'],
    },
    { name: 'one row twice', indices: [[1], [1], [2]], expected: ['1-2'] },
    { name: 'none outside lists', indices: [[]], expected: [] },
  ];
  it.each(table)('$name', ({ indices, expected }) => expect(rowsOf(...indices)).toEqual(expected));

  it('name every row that was added and no other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 30 })), (numbers) => {
        const rows = numbers.toSorted((a, b) => a - b);
        const named = (rowsOf(...rows.map((row) => [row])) ?? []).flatMap((range) => {
          const [first = '', last = first] = range.split('-');
          return Array.from(
            { length: Number(last) - Number(first) + 1 },
            (_, index) => Number(first) + index,
          );
        });
        expect(named).toEqual(rows);
      }),
    );
  });
});

const reported = (decision: Decision, disclosure: Disclosure): MaskedEntry | undefined => {
  const report = createMaskedReport(disclosure);
  report.add(guard, decision, 'denied', [0]);
  return report.entries()[0];
};

describe('reasons', () => {
  it.each(SUBJECT_DENIALS)('%s, a person’s own affair, is told in development alone', (reason) => {
    for (const decision of [
      { effect: 'deny', reason } as const,
      { effect: 'allow', level: 'masked', reason } as const,
    ]) {
      expect(reported(decision, 'collapsed')?.reason).toBe('NOT_PERMITTED');
      expect(reported(decision, 'true-reasons')?.reason).toBe(reason);
    }
  });

  it.each(STATIC_DENIALS)('%s is told to everybody', (reason) => {
    expect(reported({ effect: 'deny', reason }, 'collapsed')?.reason).toBe(reason);
  });

  it('do not tell on which basis a mask is shown', () => {
    for (const reason of ['CONSENT', 'NOTIFIED'] as const) {
      expect(reported({ effect: 'allow', level: 'masked', reason }, 'collapsed')?.reason).toBe('MASKED');
    }
  });

  it('are retryable where consent could not be read, and only there', () => {
    for (const reason of [...STATIC_DENIALS, ...SUBJECT_DENIALS]) {
      expect(reported({ effect: 'deny', reason }, 'collapsed')?.retryable).toBe(
        reason === 'CONSENT_UNAVAILABLE',
      );
    }
  });

  it('of different subjects are one entry where they are told alike, and several where not', () => {
    const counts = (['collapsed', 'true-reasons'] as const).map((disclosure) => {
      const report = createMaskedReport(disclosure);
      report.add(guard, { effect: 'deny', reason: 'SUSPENDED' }, 'denied', [0]);
      report.add(guard, { effect: 'deny', reason: 'OBJECTED' }, 'denied', [1]);
      return report.entries().map(({ rows }) => rows);
    });
    expect(counts).toEqual([[['0-1']], [['0'], ['1']]]);
  });
});

describe('the report of an answer', () => {
  const generation = generationOf(`
    type Query { users: [User] teams: [[User]] }
    type User @key(fields: "id") @personal(subject: ["id"]) {
      id: ID mail: String @personal(category: "contact.email") name: String! @personal(category: "contact.name", otherwise: "reject")
      mails: [String] @personal(category: "contact.email") boss: User card: Card @personal(category: "contact.name")
    }
    type Card { number: Int! holder: String }
  `);
  const caller = callerFor({ purpose: 'service' });
  const query = '{ users { mail mails boss { m: mail } card { number holder } } t: teams { mail } }';
  const prepared = prepareQuery(generation, query, caller);
  const states = new Map(['user:2', 'user:3'].map((id) => [id, accepted(id, { suspended: true })]));

  const of = (data: unknown): readonly MaskedEntry[] =>
    show(generation, prepared, data, { caller, states }).masked;

  it('says which rows of which client path show no value', () => {
    const entries = of({
      users: [
        { id: '1', boss: { id: '2' } },
        { id: '2', boss: null },
        { id: '3', boss: { id: '1' } },
      ],
    });
    expect(entries.map(({ path, rows, decision, reason }) => [path, rows, decision, reason])).toEqual([
      ['users[].boss.m', ['0'], 'denied', 'SUSPENDED'],
      ['users[].mail', ['1-2'], 'denied', 'SUSPENDED'],
      ['users[].mails', ['1-2'], 'denied', 'SUSPENDED'],
      ['users[].card', ['1-2'], 'denied', 'SUSPENDED'],
    ]);
  });

  it('says nothing that depends on hidden values', () => {
    const hidden = fc.record(
      {
        mail: fc.option(fc.string()),
        mails: fc.option(fc.array(fc.option(fc.string()))),
        card: fc.option(fc.record({ number: fc.option(fc.integer()), holder: fc.option(fc.string()) })),
      },
      { requiredKeys: [] },
    );
    const rows = fc.array(fc.record({ id: fc.constantFrom('2', '3'), a: hidden, b: hidden }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(rows, (users) => {
        const first = of({ users: users.map(({ id, a }) => ({ id, ...a })) });
        const second = of({ users: users.map(({ id, b }) => ({ id, ...b })) });
        expect(second).toEqual(first);
      }),
    );
  });
});
