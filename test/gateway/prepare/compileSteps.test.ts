import type { PlanNode } from '@apollo/query-planner';
import { buildSchema, Kind, parse, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compileSteps } from '../../../gateway/prepare/compileSteps.ts';
import { fetchOf } from '../execute/runPlan.ts';

const schema = buildSchema(
  'type Query { me: User } interface Node { id: ID } type User implements Node { id: ID }',
);

const ME = fetchOf('a', '{me{id}}');

const compiled = (
  node: PlanNode | undefined,
  operation = '{ me { id } }',
  unsure: ReadonlySet<DocumentNode> = new Set(),
) =>
  compileSteps({
    queryPlan: { kind: 'QueryPlan', ...(node === undefined ? {} : { node }) },
    operation: operationIn(operation),
    schema,
    apart: new Map(),
    renames: new Map(),
    unsure,
  });

function operationIn(text: string): OperationDefinitionNode {
  const [definition] = parse(text).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('Expected an operation.');
  return definition;
}

const fetches = expect.objectContaining({ kind: 'fetch', serviceName: 'a' }) as unknown;

describe('a plan', () => {
  it.each<{ name: string; given: PlanNode | undefined; expected: unknown }>([
    { name: 'of nothing', given: undefined, expected: null },
    {
      name: 'of steps',
      given: { kind: 'Sequence', nodes: [ME, { kind: 'Parallel', nodes: [ME, ME] }] },
      expected: { kind: 'sequence', steps: [fetches, { kind: 'parallel', steps: [fetches, fetches] }] },
    },
    {
      name: 'whose steps side by side go to the same objects',
      given: {
        kind: 'Parallel',
        nodes: [
          { kind: 'Flatten', path: ['me'], node: ME },
          { kind: 'Flatten', path: ['me|[User]'], node: ME },
          ME,
          { kind: 'Flatten', path: ['me'], node: ME },
        ],
      },
      expected: {
        kind: 'parallel',
        steps: [
          expect.objectContaining({
            kind: 'flatten',
            path: [{ key: 'me', types: null }],
            step: { kind: 'parallel', steps: [fetches, fetches] },
          }),
          expect.objectContaining({ kind: 'flatten', step: fetches }),
          fetches,
        ],
      },
    },
    {
      name: 'with typed paths',
      given: { kind: 'Flatten', path: ['|[Query]', 'pets|[Cat,Dog]', '@', '@|[Cat]', 'x'], node: ME },
      expected: {
        kind: 'flatten',
        path: [
          { key: 'pets', types: new Set(['Cat', 'Dog']) },
          { key: null, types: null },
          { key: null, types: new Set(['Cat']) },
          { key: 'x', types: null },
        ],
        errorPath: ['pets', '@', '@', 'x'],
        step: fetches,
      },
    },
    {
      name: 'with rewrites',
      given: {
        ...fetchOf('a', 'query($r:[Any]){_entities(representations:$r){... on User{id}}}', {
          requires: '... on User { __typename id }',
          inputRewrites: [{ kind: 'ValueSetter', path: ['... on Node', '__typename'], setValueTo: 'Node' }],
          outputRewrites: [{ kind: 'KeyRenamer', path: ['best', '@', 'x'], renameKeyTo: 'y' }],
        }),
      },
      expected: expect.objectContaining({
        requires: expect.objectContaining({
          rewrites: [
            {
              path: [{ kind: 'types', types: new Set(['Node', 'User']) }],
              key: '__typename',
              change: { kind: 'set', value: 'Node' },
            },
          ],
        }) as unknown,
      }) as unknown,
    },
  ])('$name', ({ given, expected }) => {
    expect(compiled(given)).toEqual(expected);
  });

  it.each([
    { name: 'true by default', operation: 'query($on: Boolean = true) { me { id } }', expected: true },
    { name: 'false by default', operation: 'query($on: Boolean = false) { me { id } }', expected: false },
    { name: 'without a default', operation: 'query($on: Boolean!) { me { id } }', expected: false },
    {
      name: 'of a variable of another name',
      operation: 'query($off: Boolean = true) { me { id } }',
      expected: false,
    },
  ])('with a condition $name', ({ operation, expected }) => {
    expect(compiled({ kind: 'Condition', condition: 'on', ifClause: ME }, operation)).toEqual({
      kind: 'condition',
      variable: 'on',
      byDefault: expected,
      ifTrue: fetches,
      ifFalse: null,
    });
  });

  it('says which fetches may not be sent for every object, because of a value that is denied', () => {
    const other = fetchOf('b', '{me{id}}');
    const unsure = new Set(other.operationDocumentNode === undefined ? [] : [other.operationDocumentNode]);
    const steps = compiled({ kind: 'Sequence', nodes: [ME, other] }, '{ me { id } }', unsure);
    const about = expect.objectContaining({ serviceName: 'a', about: 'sure' }) as unknown;
    expect(steps).toEqual({
      kind: 'sequence',
      steps: [about, expect.objectContaining({ serviceName: 'b', about: 'unsure' }) as unknown],
    });
  });

  it.each<{ name: string; given: PlanNode; expected: string }>([
    { name: 'with @defer', given: { kind: 'Defer', primary: {}, deferred: [] }, expected: '@defer' },
    {
      name: 'without documents',
      given: {
        kind: 'Fetch',
        serviceName: 'a',
        operation: '{me{id}}',
        operationName: undefined,
        operationKind: ME.operationKind,
      },
      expected: 'documents',
    },
  ])('$name is refused', ({ given, expected }) => {
    expect(() => compiled(given)).toThrow(expected);
  });
});
