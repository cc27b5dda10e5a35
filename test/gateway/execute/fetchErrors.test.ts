import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { fetchErrors, type FetchErrorsInput } from '../../../gateway/execute/fetchErrors.ts';
import type { ReadField } from '../../../gateway/execute/reading.ts';

const field = (from: string, to: string, fields: readonly ReadField[] | null = null): ReadField => ({
  from,
  to,
  types: null,
  depth: 0,
  below: fields === null ? null : { fields, typing: null },
  isPlain: fields === null,
  isOnTheWay: false,
  isOrdinary: true,
});

const rows = [{ id: '1' }, { id: '2' }, { id: '1' }];

/** Of rows 0 and 2 by one representation, and of row 1, which is not asked about. */
const OF_ROWS: Omit<FetchErrorsInput, 'errors'> = {
  subgraph: 's',
  reading: {
    fields: [field('name__alias_0', 'name'), field('best', 'best', [field('mail', 'mail')])],
    typing: null,
  },
  place: { data: { users: rows }, rows, path: ['users', '@'], asked: null },
  asked: { representations: [{ id: '1' }], numbers: [0, -1, 0] },
  about: 'sure',
};

const AT_ROOT: Omit<FetchErrorsInput, 'errors'> = {
  ...OF_ROWS,
  place: { ...OF_ROWS.place, path: [] },
  asked: null,
};

const told = (input: FetchErrorsInput): unknown =>
  fetchErrors(input).map(({ path }) => path?.join('.') ?? null);

describe('an error is told', () => {
  it.each([
    {
      name: 'at every row by its representation',
      of: OF_ROWS,
      path: ['_entities', 0, 'best', 'mail'],
      expected: ['users.0.best.mail', 'users.2.best.mail'],
    },
    {
      name: 'by the key of the merged data',
      of: OF_ROWS,
      path: ['_entities', 0, 'name__alias_0'],
      expected: ['users.0.name', 'users.2.name'],
    },
    { name: 'at the rows themselves', of: OF_ROWS, path: ['_entities', 0], expected: ['users.0', 'users.2'] },
    {
      name: 'at all rows where it must not show which',
      of: { ...OF_ROWS, about: 'unsure' as const },
      path: ['_entities', 0, 'best'],
      expected: ['users.@.best'],
    },
    {
      name: 'nowhere, by a number of none that was asked about',
      of: OF_ROWS,
      path: ['_entities', -1, 'best'],
      expected: [null],
    },
    {
      name: 'nowhere, by a number beyond',
      of: { ...OF_ROWS, about: 'unsure' as const },
      path: ['_entities', 1, 'best'],
      expected: [null],
    },
    {
      name: 'nowhere, of what was not asked for',
      of: OF_ROWS,
      path: ['_entities', 0, 'canary'],
      expected: [null],
    },
    {
      name: 'nowhere, below a leaf',
      of: OF_ROWS,
      path: ['_entities', 0, 'name__alias_0', 'canary'],
      expected: [null],
    },
    {
      name: 'nowhere, by steps that are none',
      of: OF_ROWS,
      path: ['_entities', 0, { canary: 1 }],
      expected: [null],
    },
    {
      name: 'where it stands in an answer of no entities',
      of: AT_ROOT,
      path: ['best', 3, 'mail'],
      expected: ['best.3.mail'],
    },
    {
      name: 'nowhere in such an answer, of what was not asked for',
      of: AT_ROOT,
      path: ['best', 'canary'],
      expected: [null],
    },
  ])('$name', ({ of, path, expected }) => {
    expect(told({ ...of, errors: [{ message: 'm', path }] })).toEqual(expected);
  });
});

it('what is no error has no words', () => {
  const errors = [
    null,
    7,
    'canary',
    [],
    { message: { canary: 1 } },
    { path: 'canary', extensions: 'canary' },
  ];
  for (const { cause, path, subgraph, from } of fetchErrors({ ...OF_ROWS, errors })) {
    expect([path, subgraph, from]).toEqual([null, 's', 'answer']);
    expect(cause instanceof GraphQLError && cause.message).toBe('A subgraph answered with an error.');
    expect(JSON.stringify(cause)).not.toContain('canary');
  }
});

it('rows that tell the same error have one cause', () => {
  const found = fetchErrors({ ...OF_ROWS, errors: [{ message: 'm', path: ['_entities', 0] }] });
  expect(found).toHaveLength(2);
  expect(new Set(found.map(({ cause }) => cause)).size).toBe(1);
});

it('an error says its subgraph, whatever it says of itself', () => {
  const [error] = fetchErrors({
    ...OF_ROWS,
    errors: [{ message: 'm', extensions: { serviceName: 'other', code: 'X' } }],
  });
  expect(error?.cause instanceof GraphQLError && error.cause.extensions).toEqual({
    serviceName: 's',
    code: 'X',
  });
});
