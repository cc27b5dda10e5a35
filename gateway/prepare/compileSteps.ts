import type {
  ConditionNode,
  FetchDataKeyRenamer,
  FetchDataRewrite,
  FetchNode,
  PlanNode,
  QueryPlan,
} from '@apollo/query-planner';
import { Kind, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Context } from '../execute/contexts.ts';
import type { Requires } from '../execute/representations.ts';
import type { Rewrite, RewriteStep } from '../execute/rewrites.ts';
import type { PathStep } from '../execute/rowsAt.ts';
import type { FetchStep, FlattenStep, Step } from '../execute/step.ts';
import { compileReading, ofEntity } from './compileReading.ts';
import { compileRequires } from './compileRequires.ts';
import { typesOf } from './typesOf.ts';

/** What compiling a plan depends on. */
export interface StepsInput {
  readonly queryPlan: QueryPlan;
  readonly operation: OperationDefinitionNode;
  /** The whole supergraph. */
  readonly schema: GraphQLSchema;
  /** Of operations that fetch single fields: keys to the objects on the way. */
  readonly apart: ReadonlyMap<DocumentNode, ReadonlySet<string>>;
  readonly renames: ReadonlyMap<DocumentNode, readonly FetchDataKeyRenamer[]>;
  /** Operations that may not be sent for every object at their path. */
  readonly unsure: ReadonlySet<DocumentNode>;
}

/** Compiles a query plan, so that running it reads neither documents nor schemas; `null`: there is nothing to fetch. */
export function compileSteps(input: StepsInput): Step | null {
  const { schema } = input;

  const compile = (node: PlanNode): Step => {
    switch (node.kind) {
      case 'Sequence':
        return { kind: 'sequence', steps: node.nodes.map(compile) };
      case 'Parallel':
        return parallel(node.nodes.map(compile));
      case 'Flatten':
        return { kind: 'flatten', ...pathOf(node.path), step: compile(node.node) };
      case 'Condition':
        return {
          kind: 'condition',
          variable: node.condition,
          byDefault: defaultOf(input.operation, node),
          ifTrue: node.ifClause === undefined ? null : compile(node.ifClause),
          ifFalse: node.elseClause === undefined ? null : compile(node.elseClause),
        };
      case 'Fetch':
        return compileFetch(node);
      case 'Defer':
        throw new Error('Expected a plan without @defer.');
    }
  };

  const compileFetch = (node: FetchNode): FetchStep => {
    const { serviceName, operation, operationName, operationKind, operationDocumentNode: document } = node;
    if (document === undefined) throw new Error('Expected a plan with the documents of its fetches.');
    const way = input.apart.get(document) ?? NO_WAY;
    const reading = compileReading({ document, schema, way, renames: input.renames.get(document) ?? [] });
    const requires = requiresOf(node);
    return {
      kind: 'fetch',
      serviceName,
      request: { query: operation, ...(operationName === undefined ? {} : { operationName }) },
      operationKind,
      document,
      variableUsages: node.variableUsages ?? [],
      requires,
      contexts: (node.contextRewrites ?? []).map((rewrite) => contextOf(schema, document, rewrite)),
      reading: requires === null ? reading : ofEntity(reading, requires.byType.keys()),
      outputRewrites: rewritesOf(schema, node.outputRewrites),
      about: input.unsure.has(document) ? 'unsure' : 'sure',
    };
  };

  const known = new Map<string, Requires>();

  /** One for all fetches that send the same. */
  const requiresOf = ({ requires, inputRewrites }: FetchNode): Requires | null => {
    if (requires === undefined) return null;
    const key = JSON.stringify([requires, inputRewrites]);
    const compiled = known.get(key) ?? compileRequires(requires, rewritesOf(schema, inputRewrites), schema);
    known.set(key, compiled);
    return compiled;
  };

  const { node } = input.queryPlan;
  if (node === undefined) return null;
  if (node.kind === 'Subscription') throw new Error('Expected a plan of a query or a mutation.');
  return compile(node);
}

const NO_WAY: ReadonlySet<string> = new Set();

/** Steps side by side that go on from the same objects go there together. */
function parallel(steps: readonly Step[]): Step {
  const byPlace = new Map<string, readonly Step[]>();
  for (const step of steps) {
    const key = step.kind === 'flatten' ? placeKey(step) : '';
    byPlace.set(key, [...(byPlace.get(key) ?? []), step]);
  }
  const merged = [...byPlace].flatMap(([key, same]): readonly Step[] => {
    const [first] = same;
    if (key === '' || same.length === 1 || first?.kind !== 'flatten') return same;
    const below = same.flatMap((step) => (step.kind === 'flatten' ? [step.step] : []));
    return [{ ...first, step: { kind: 'parallel', steps: below } }];
  });
  const [only] = merged;
  return only !== undefined && merged.length === 1 ? only : { kind: 'parallel', steps: merged };
}

function placeKey({ path }: FlattenStep): string {
  return JSON.stringify(path.map(({ key, types }) => [key, types === null ? null : [...types]]));
}

/** Steps such as `users`, `@`, or with the types that go on from there: `pets|[Cat,Dog]`. */
function pathOf(path: readonly (string | number)[]): Pick<FlattenStep, 'path' | 'errorPath'> {
  const steps = path.map((element): PathStep => {
    const [, key = '', types] = /^(.*?)(?:\|\[(.*)\])?$/.exec(String(element)) ?? [];
    return { key: key === '@' ? null : key, types: types === undefined ? null : new Set(types.split(',')) };
  });
  // Conditions on the root, which has one type, come with an empty key.
  const below = steps.filter(({ key }) => key !== '');
  return { path: below, errorPath: below.map(({ key }) => key ?? '@') };
}

function defaultOf(
  { variableDefinitions = [] }: OperationDefinitionNode,
  { condition }: ConditionNode,
): boolean {
  const value = variableDefinitions.find(({ variable }) => variable.name.value === condition)?.defaultValue;
  return value?.kind === Kind.BOOLEAN && value.value;
}

/** `path` starts with `..` for each object up. */
function contextOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  { path, renameKeyTo }: FetchDataKeyRenamer,
): Context {
  const up = path.findIndex((element) => element !== '..');
  const key = path.at(-1);
  if (up < 0 || key === undefined) throw new Error('Expected a context that leads to a field.');
  const variables = document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? (definition.variableDefinitions ?? []) : [],
  );
  const own = variables.find(({ variable }) => variable.name.value === renameKeyTo);
  return {
    variable: renameKeyTo,
    isNullable: own !== undefined && own.type.kind !== Kind.NON_NULL_TYPE,
    up,
    path: path.slice(up, -1).map((each) => stepOf(schema, each)),
    key,
  };
}

function rewritesOf(schema: GraphQLSchema, rewrites: readonly FetchDataRewrite[] = []): Rewrite[] {
  return rewrites.map((rewrite) => {
    const key = rewrite.path.at(-1);
    if (key === undefined) throw new Error('Expected a rewrite of a field.');
    return {
      path: rewrite.path.slice(0, -1).map((each) => stepOf(schema, each)),
      key,
      change:
        rewrite.kind === 'ValueSetter'
          ? { kind: 'set', value: rewrite.setValueTo as unknown }
          : { kind: 'rename', to: rewrite.renameKeyTo },
    };
  });
}

/** A key, or a type condition such as `... on User`. */
function stepOf(schema: GraphQLSchema, element: string): RewriteStep {
  return element.startsWith(CONDITION)
    ? { kind: 'types', types: typesOf(schema, element.slice(CONDITION.length)) }
    : { kind: 'key', key: element };
}

const CONDITION = '... on ';
