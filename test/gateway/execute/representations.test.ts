import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { represent } from '../../../gateway/execute/representations.ts';
import { compileRequires } from '../../../gateway/prepare/compileRequires.ts';
import { requiresOf } from './runPlan.ts';

const schema = buildSchema(`
  type Query { a: Owner }
  interface Node { id: ID }
  type User implements Node { id: ID name: String best: User grid: [[Part]] owner: Owner }
  type Bot implements Node { id: ID }
  type Part { code: String }
  interface Owner { label: String }
  type Person implements Owner { label: String nick: String }
  type Firm implements Owner { label: String seat: String }
`);

const user = (more: object) => ({ __typename: 'User', id: '1', ...more });

describe('representations', () => {
  it.each([
    {
      name: 'are one for all that have the same',
      rows: [user({}), user({ id: '2' }), user({ name: 'not needed' })],
      requires: '... on User { __typename id }',
      expected: [
        [user({}), user({ id: '2' })],
        [0, 1, 0],
      ],
    },
    {
      name: 'tell texts from numbers, and know nulls and lists too',
      rows: [user({}), user({ id: 1 }), user({ id: null }), user({ id: ['1'] }), user({ id: null })],
      requires: '... on User { __typename id }',
      expected: [
        [user({}), user({ id: 1 }), user({ id: null }), user({ id: ['1'] })],
        [0, 1, 2, 3, 2],
      ],
    },
    {
      name: 'are none of other types, of no type, and of what lacks a field',
      rows: [
        { __typename: 'Bot', id: '1' },
        { id: '1' },
        { __typename: 'User' },
        { __typename: ['User'], id: '1' },
      ],
      requires: '... on User { __typename id }',
      expected: [[], [-1, -1, -1, -1]],
    },
    {
      name: 'hold a null',
      rows: [user({ name: null, best: null })],
      requires: '... on User { __typename id name best { name } }',
      expected: [[user({ name: null, best: null })], [0]],
    },
    {
      name: 'are made of all that is known of a type and its interfaces',
      rows: [user({ name: 'n' }), user({}), { __typename: 'Bot', id: '1' }],
      requires: '... on Node { __typename id } ... on User { __typename name }',
      expected: [
        [user({ name: 'n' }), user({}), { __typename: 'Bot', id: '1' }],
        [0, 1, 2],
      ],
    },
    {
      name: 'need a type',
      rows: [user({})],
      requires: '... on User { id }',
      expected: [[], [-1]],
    },
    {
      name: 'hold lists of lists',
      rows: [user({ grid: [[{ code: 'x', more: 1 }, null], null, []] })],
      requires: '... on User { __typename grid { code } }',
      expected: [[{ __typename: 'User', grid: [[{ code: 'x' }, null], null, []] }], [0]],
    },
    {
      name: 'hold null for an object below of which a field is missing',
      rows: [user({ best: { id: '2' } })],
      requires: '... on User { __typename best { name } }',
      expected: [[{ __typename: 'User', best: null }], [0]],
    },
    {
      name: 'hold what is needed of some types below',
      rows: [
        user({ owner: { __typename: 'Person', label: 'p', nick: 'n' } }),
        user({ owner: { __typename: 'Firm', label: 'f', seat: null } }),
      ],
      requires:
        '... on User { __typename owner { __typename label ... on Person { nick } ... on Firm { seat } } }',
      expected: [
        [
          { __typename: 'User', owner: { __typename: 'Person', label: 'p', nick: 'n' } },
          { __typename: 'User', owner: { __typename: 'Firm', label: 'f', seat: null } },
        ],
        [0, 1],
      ],
    },
  ])('$name', ({ rows, requires, expected: [representations, numbers] }) => {
    expect(represent(rows, compileRequires(requiresOf(requires), [], schema))).toEqual({
      representations,
      numbers,
    });
  });

  it('are rewritten, and rows are not', () => {
    const rows = [user({})];
    const rewrite = { path: [], key: '__typename', change: { kind: 'set', value: 'Node' } } as const;
    const requires = compileRequires(requiresOf('... on User { __typename id }'), [rewrite], schema);
    expect(represent(rows, requires).representations).toEqual([{ __typename: 'Node', id: '1' }]);
    expect(rows).toEqual([user({})]);
  });

  it('take `__proto__` for a key', () => {
    const requires = compileRequires(requiresOf('... on User { __typename __proto__ }'), [], schema);
    expect(represent([user({})], requires).numbers).toEqual([-1]);
    const row: Record<string, unknown> = JSON.parse('{"__typename":"User","__proto__":"x"}');
    expect(JSON.stringify(represent([row], requires).representations)).toBe(
      '[{"__typename":"User","__proto__":"x"}]',
    );
  });
});
