import { buildSchema } from 'graphql';
import { expect, it } from 'vitest';
import type { Below, Needs, Requires } from '../../../gateway/execute/representations.ts';
import { compileRequires } from '../../../gateway/prepare/compileRequires.ts';
import { requiresOf } from '../execute/runPlan.ts';

const schema = buildSchema(`
  type Query { a: Node b: Both }
  interface Node { id: ID }
  type User implements Node { id: ID }
  type Bot implements Node { id: ID }
  union Both = User | Bot
`);

/** As it would be written, by type. */
function written({ byType }: Pick<Requires, 'byType'>): Record<string, string[]> {
  return Object.fromEntries([...byType].map(([type, all]) => [type, all.map(textOf)]));
}

function textOf(needs: Needs): string {
  return needs.map(({ key, below }) => (below === null ? key : `${key} ${textBelow(below)}`)).join(' ');
}

function textBelow({ needs, byType }: Below): string {
  const ofTypes = Object.entries(written({ byType })).map(
    ([type, all]) => `on ${type}: ${all.join(' and ')}`,
  );
  return `{ ${[textOf(needs), ...ofTypes].filter((part) => part !== '').join(', ')} }`;
}

it.each([
  { name: 'one type', given: '... on User { __typename id }', expected: { User: ['__typename id'] } },
  {
    name: 'a type more than once',
    given: '... on User { id } ... on User { name }',
    expected: { User: ['id', 'name'] },
  },
  {
    name: 'an interface, also under its own name, as what a subgraph knows as one object has it',
    given: '... on Node { id }',
    expected: { Node: ['id'], User: ['id'], Bot: ['id'] },
  },
  { name: 'a union', given: '... on Both { id }', expected: { Both: ['id'], User: ['id'], Bot: ['id'] } },
  { name: 'a type that only a subgraph has', given: '... on Other { id }', expected: { Other: ['id'] } },
  {
    name: 'fields of some types below',
    given: '... on User { best { __typename id ... on Bot { made } } }',
    expected: { User: ['best { __typename id, on Bot: made }'] },
  },
])('compiles $name', ({ given, expected }) => {
  expect(written(compileRequires(requiresOf(given), [], schema))).toEqual(expected);
});

it('takes a field by its alias', () => {
  const field = { kind: 'Field', alias: 'a', name: 'id' } as const;
  const requires = [{ kind: 'InlineFragment', typeCondition: 'User', selections: [field] }] as const;
  expect(
    written(
      compileRequires(
        requires.map((each) => ({ ...each, selections: [...each.selections] })),
        [],
        schema,
      ),
    ),
  ).toEqual({ User: ['a'] });
});
