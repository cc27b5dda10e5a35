import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { entityPath, markEntityErrors } from '../../../../gateway/execute/reference/entityErrors.ts';

const user = { __typename: 'User' };
const bot = { __typename: 'Bot' };

/** Where an error about the `index`th of the entities asked about is told, at `users` of an answer. */
function toldAt(index: string | number, asked: readonly object[], rows: readonly object[]): unknown {
  const { errors } = markEntityErrors(
    { data: null, errors: [{ message: 'm', path: ['_entities', index, 'mail'] }] },
    asked,
    'sure',
  );
  const [error] = errors ?? [];
  const path = ['users', '@', ...(error?.path ?? [])];
  return entityPath(new GraphQLError('m', { path, extensions: error?.extensions ?? {} }), { users: rows });
}

describe('an error about an entity is told', () => {
  it.each([
    { name: 'at its row', index: 1, asked: [user, user], rows: [user, user], expected: ['users', 1, 'mail'] },
    {
      name: 'at its row among rows of other types, which were not asked about',
      index: 1,
      asked: [user, user],
      rows: [user, bot, user],
      expected: ['users', 2, 'mail'],
    },
    {
      name: 'at all rows where one of its type was not asked about',
      index: 1,
      asked: [user, user],
      rows: [user, user, user],
      expected: ['users', '@', 'mail'],
    },
    {
      name: 'at all rows where they are of other types than were asked about',
      index: 0,
      asked: [user, bot],
      rows: [bot, user],
      expected: ['users', '@', 'mail'],
    },
    {
      name: 'nowhere that it names where it names none',
      index: 2,
      asked: [user],
      rows: [user],
      expected: null,
    },
    { name: 'nowhere that it names, by no number', index: 'x', asked: [user], rows: [user], expected: null },
  ])('$name', ({ index, asked, rows, expected }) => {
    expect(toldAt(index, asked, rows)).toEqual(expected);
  });
});
