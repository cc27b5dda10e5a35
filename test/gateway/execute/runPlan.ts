import type { GraphQLDataSource } from '@apollo/gateway';
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { buildSchema as buildFederationSchema } from '@apollo/federation-internals';
import {
  trimSelectionNodes,
  type FetchNode,
  type PlanNode,
  type QueryPlanSelectionNode,
} from '@apollo/query-planner';
import { buildSchema, Kind, parse, type OperationDefinitionNode } from 'graphql';
import { compiledExecutor } from '../../../gateway/execute/compiledExecutor.ts';
import { isRow } from '../../../gateway/execute/reading.ts';
import { keyRenames } from '../../../gateway/prepare/keyRenames.ts';
import { compileSteps } from '../../../gateway/prepare/compileSteps.ts';

/** A hand-written plan, and the data source of each subgraph that it asks. */
export interface PlanRun {
  readonly schema: string;
  readonly plan: PlanNode;
  /** The planned operation, where its variables count. */
  readonly operation?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** By subgraph: what it answers, in the order of its calls, the last one again and again. What is thrown is an error. */
  readonly answers: Readonly<Record<string, readonly unknown[]>>;
  /** Subgraphs whose data sources spoil what they are given, once it was noted; all others leave it as it is, and say so. */
  readonly spoiling?: readonly string[];
  /** Queries that are sent for some of the objects at their path, because of a value that is denied. */
  readonly unsure?: readonly string[];
}

/** What a run came to. */
export interface PlanOutcome {
  readonly data: unknown;
  /** Each as `subgraph from path`, without a path where there is none. */
  readonly errors: readonly string[];
  readonly words: readonly string[];
  /** Each call as `[subgraph, variables]`. */
  readonly sent: readonly (readonly [subgraph: string, variables: unknown])[];
  /** Lists of representations that were made. */
  readonly lists: number;
}

/** A fetch of a plan; `requires` in SDL, such as `... on User { __typename id }`. */
export function fetchOf(
  serviceName: string,
  operation: string,
  more: { readonly requires?: string; readonly variableUsages?: string[] } & Pick<
    FetchNode,
    'inputRewrites' | 'outputRewrites' | 'contextRewrites'
  > = {},
): FetchNode {
  const { requires, ...others } = more;
  const document = parse(operation);
  return {
    kind: 'Fetch',
    serviceName,
    operation,
    operationName: undefined,
    operationKind: operationIn(operation).operation,
    operationDocumentNode: document,
    ...(requires === undefined ? {} : { requires: requiresOf(requires) }),
    ...others,
  };
}

/** A fetch of entities at a path. */
export function entitiesAt(
  path: readonly string[],
  serviceName: string,
  selections: string,
  requires: string,
): PlanNode {
  const operation = `query($representations:[_Any!]!){_entities(representations:$representations){${selections}}}`;
  return { kind: 'Flatten', path: [...path], node: fetchOf(serviceName, operation, { requires }) };
}

/** What a fetch requires, as the planner writes it. */
export function requiresOf(selections: string): QueryPlanSelectionNode[] {
  return trimSelectionNodes(operationIn(`{${selections}}`).selectionSet.selections);
}

/** Compiles a plan and runs it by the compiled executor. */
export async function runPlan(run: PlanRun): Promise<PlanOutcome> {
  const { variables = {}, unsure = [] } = run;
  const schema = buildSchema(run.schema);
  const operation = operationIn(run.operation ?? '{ __typename }');
  const { queryPlan, renames } = keyRenames({ kind: 'QueryPlan', node: run.plan });
  const documents = documentsOf(queryPlan.node);
  const apart = new Map();
  const of = { queryPlan, operation, schema, apart, renames };
  const unsureOnes = new Set(documents.filter(([query]) => unsure.includes(query)).map(([, each]) => each));
  const sent: (readonly [string, unknown])[] = [];
  const lists = new Set<unknown>();
  const note: Note = (name, given) => {
    const { representations } = given ?? {};
    if (representations !== undefined) lists.add(representations);
    sent.push([name, structuredClone(given)]);
    if (!Array.isArray(representations) || run.spoiling?.includes(name) !== true) return;
    for (const each of representations) if (isRow(each)) each['id'] = 'spoilt';
  };
  const services = Object.fromEntries(
    Object.entries(run.answers).map(([name, answers]) => [
      name,
      { ...sourceOf(name, answers, note), ...(run.spoiling?.includes(name) === true ? {} : LEAVES) },
    ]),
  );
  const { data, errors } = await compiledExecutor({
    plan: {
      ...of,
      unsure: unsureOnes,
      steps: compileSteps({ ...of, unsure: unsureOnes }),
      shapingSchema: buildFederationSchema(run.schema),
      graphqlSchema: schema,
      supergraphSchema: schema,
    },
    services,
    variables,
    requestContext: requestContextOf(operation, schema),
  });
  return {
    data,
    errors: errors.map(({ subgraph, from, path }) =>
      [subgraph, from, ...(path === null ? [] : [path.join('.')])].join(' '),
    ),
    words: errors.map(({ cause }) => (cause instanceof Error ? cause.message : String(cause))),
    sent,
    lists: lists.size,
  };
}

const LEAVES = { leavesRequests: true } as const;

type Note = (name: string, variables: Record<string, unknown> | undefined) => void;

function sourceOf(name: string, answers: readonly unknown[], note: Note): GraphQLDataSource {
  let calls = 0;
  return {
    process: async ({ request: { variables } }) => {
      note(name, variables);
      const answer = answers[Math.min(calls++, answers.length - 1)];
      await Promise.resolve();
      if (answer instanceof Error) throw answer;
      const received: Awaited<ReturnType<GraphQLDataSource['process']>> = JSON.parse(
        typeof answer === 'string' ? answer : JSON.stringify(answer),
      );
      return received;
    },
  };
}

function documentsOf(node: PlanNode | { readonly kind: 'Subscription' } | undefined) {
  const found: [string, NonNullable<FetchNode['operationDocumentNode']>][] = [];
  const walk = (at: typeof node): void => {
    if (at?.kind === 'Sequence' || at?.kind === 'Parallel') for (const each of at.nodes) walk(each);
    if (at?.kind === 'Flatten') walk(at.node);
    if (at?.kind === 'Fetch' && at.operationDocumentNode !== undefined)
      found.push([at.operation, at.operationDocumentNode]);
  };
  walk(node);
  return found;
}

function operationIn(text: string): OperationDefinitionNode {
  const [definition] = parse(text).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('Expected an operation.');
  return definition;
}

function requestContextOf(
  operation: OperationDefinitionNode,
  schema: GatewayGraphQLRequestContext['schema'],
): GatewayGraphQLRequestContext {
  const schemaHash: GatewayGraphQLRequestContext['schemaHash'] = JSON.parse('""');
  return {
    request: {},
    logger: console,
    schema,
    schemaHash,
    context: {},
    cache: {
      get: async () => await Promise.resolve(undefined),
      set: async () => await Promise.resolve(),
      delete: async () => await Promise.resolve(true),
    },
    queryHash: '',
    document: { kind: Kind.DOCUMENT, definitions: [operation] },
    source: '',
    operationName: null,
    operation,
    metrics: {},
    overallCachePolicy: {},
  };
}
