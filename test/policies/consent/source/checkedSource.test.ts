import { describe, expect, test } from 'vitest';
import { checkedSource } from '../../../../policies/consent/source/checkedSource.ts';
import { ConsentUnavailableError, type SourceAnswer } from '../../../../policies/consent/source/source.ts';

const entry = { purpose: 'p', recipient: null, state: 'GIVEN', at: 1, expiresAt: null };
const state = {
  subject: 'a',
  suspended: false,
  lastServiceUse: null,
  collectionMethods: ['telephone'],
  entries: [entry],
  reference: null,
};

/** What a source that is not written in TypeScript may answer. */
const answering = (answer: unknown) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what no type keeps it from
  checkedSource({ read: async () => answer as SourceAnswer, close: async () => undefined });

test('a source of somebody else’s answers as ours does', async () => {
  const answer = { leaseMs: 5, states: [state] };
  expect(await answering(answer).read(['a'])).toEqual(answer);
  expect(answering(answer).accepts?.('anybody')).toBe(true);
});

test('a source that cannot say whether it accepts somebody does not', () => {
  const source = checkedSource({
    accepts: (subject) => {
      throw new ConsentUnavailableError(`no such id ${subject}`);
    },
    read: async () => await Promise.reject(new Error('not asked')),
    close: async () => undefined,
  });
  expect(source.accepts?.('user:u_1')).toBe(false);
});

describe('refuses', () => {
  const withState = (changes: object): unknown => ({ leaseMs: 0, states: [{ ...state, ...changes }] });
  const withEntry = (changes: object): unknown => withState({ entries: [{ ...entry, ...changes }] });
  const rows: readonly { name: string; answer: unknown }[] = [
    { name: 'nothing', answer: undefined },
    { name: 'no lease', answer: { states: [state] } },
    { name: 'a lease that never ends', answer: { leaseMs: Infinity, states: [state] } },
    { name: 'no states', answer: { leaseMs: 0 } },
    { name: 'too few states', answer: { leaseMs: 0, states: [] } },
    { name: 'another subject', answer: withState({ subject: 'b' }) },
    { name: 'a suspension that is text', answer: withState({ suspended: 'no' }) },
    { name: 'a use that is a date', answer: withState({ lastServiceUse: new Date() }) },
    { name: 'no reference', answer: withState({ reference: undefined }) },
    {
      name: 'a reference that may not stand in a record',
      answer: withState({ reference: 'mail@example.com' }),
    },
    { name: 'a state in other words', answer: withEntry({ state: 'granted' }) },
    { name: 'a time that is text', answer: withEntry({ at: '2026-01-01T00:00:00Z' }) },
    { name: 'a time that is none', answer: withEntry({ at: Number.NaN }) },
    { name: 'an end that is text', answer: withEntry({ expiresAt: 'never' }) },
    { name: 'a recipient that is empty', answer: withEntry({ recipient: '' }) },
    { name: 'no recipient', answer: withEntry({ recipient: undefined }) },
  ];
  test.each(rows)('$name', async ({ answer }) => {
    await expect(answering(answer).read(['a'])).rejects.toBeInstanceOf(ConsentUnavailableError);
  });

  const thrown: readonly { name: string; error: Error; fault: string }[] = [
    { name: 'an error of another kind', error: new TypeError('user:u_1 is not there'), fault: 'source' },
    { name: 'its own words', error: new ConsentUnavailableError('no user:u_1'), fault: 'source' },
    {
      name: 'what it thinks of a question',
      error: new ConsentUnavailableError('user:u_1?', { fault: 'question' }),
      fault: 'question',
    },
  ];
  test.each(thrown)('by words of ours where it throws $name', async ({ error, fault }) => {
    const source = checkedSource({
      read: () => {
        throw error;
      },
      close: async () => undefined,
    });
    const failure = await source.read(['user:u_1']).catch((caught: unknown) => caught);
    expect(String(failure)).toBe('ConsentUnavailableError: The consent source failed.');
    expect(failure).toMatchObject({ fault });
  });
});
