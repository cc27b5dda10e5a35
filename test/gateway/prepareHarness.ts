import { executeSync, getOperationAST, Kind, parse, print, stripIgnoredCharacters, validate } from 'graphql';
import type { GraphQLError } from 'graphql';
import type { QueryPlan } from '@apollo/query-planner';
import { buildGeneration, type Generation } from '../../gateway/generation.ts';
import { conditionsOf, conditionVariables, settleConditions } from '../../gateway/prepare/conditions.ts';
import { prepare, type Prepared } from '../../gateway/prepare/prepare.ts';
import { clientErrors } from '../../gateway/project/clientErrors.ts';
import { collectSubjects } from '../../gateway/project/collectSubjects.ts';
import { createDecider } from '../../gateway/project/decider.ts';
import { createMaskedReport, type MaskedEntry } from '../../gateway/project/maskedReport.ts';
import { project, type Projected } from '../../gateway/project/project.ts';
import type { SubgraphError } from '../../gateway/execute/executor.ts';
import type { Caller } from '../../policies/caller.ts';
import type { SubjectState } from '../../policies/consent/state.ts';
import type { Policy } from '../../policies/policy.ts';
import { composeTest, type TestSubgraph } from '../gatewayHarness.ts';
import { smallPolicy } from '../policies/smallPolicy.ts';

/** 2026-01-01, when every subject of these tests has accepted the policy's revision. */
export const NOW = Date.UTC(2026, 0, 1);

/** `desk` for `upkeep`, which shows contact data in full to us ourselves, by notice. */
export function callerFor(changes: Partial<Caller> = {}): Caller {
  return {
    client: 'desk',
    purpose: 'upkeep',
    recipient: 'internal',
    endUser: null,
    actor: null,
    ground: null,
    ...changes,
  };
}

/** The generation of one subgraph, or of several, under the small policy. */
export function generationOf(
  subgraphs: string | readonly TestSubgraph[],
  policy: Policy = smallPolicy(),
): Generation {
  const all = typeof subgraphs === 'string' ? [{ name: 'only', typeDefs: subgraphs }] : subgraphs;
  return buildGeneration({
    supergraphSdl: composeTest(all),
    policy,
    subgraphUrls: new Map(),
    buildService: () => ({
      process: async () => await Promise.reject(new Error('Nothing is fetched in these tests.')),
    }),
    consentUrl: null,
    maxPrepared: 10,
  });
}

/** Prepares the first operation of a document, which must be valid. */
export function prepareQuery(
  generation: Generation,
  query: string,
  caller: Caller = callerFor(),
  variables: Readonly<Record<string, unknown>> = {},
): Prepared {
  const parsed = parse(query);
  const problems = validate(generation.schema, parsed);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
  const document = settleConditions(parsed, conditionsOf(conditionVariables(parsed), variables));
  const operation = getOperationAST(document, document.definitions.length > 1 ? nameOf(query) : null);
  if (operation == null) throw new Error('Expected an operation.');
  return prepare(generation, document, operation, caller);
}

/** With fragments beside it, the operation of a document is found by its name, if it has one. */
function nameOf(query: string): string | null {
  return /^\s*(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? null;
}

/** The operation that is planned, on one line. */
export function plannedText({ plan }: Prepared): string {
  return stripIgnoredCharacters(print(plan.operation));
}

/** Every fetch of the plan, in the order of the plan: `[subgraph, operation]`. */
export function fetchesOf({ plan }: Prepared): readonly (readonly [subgraph: string, operation: string])[] {
  const found: (readonly [string, string])[] = [];
  const walk = (node: QueryPlan['node'] | undefined): void => {
    switch (node?.kind) {
      case 'Fetch':
        found.push([node.serviceName, stripIgnoredCharacters(node.operation)]);
        break;
      case 'Flatten':
        walk(node.node);
        break;
      case 'Sequence':
      case 'Parallel':
        for (const each of node.nodes) walk(each);
        break;
      case 'Condition':
        walk(node.ifClause);
        walk(node.elseClause);
        break;
      case 'Defer':
      case 'Subscription':
      case undefined:
        throw new Error('Expected a plan that the gateway can run.');
    }
  };
  if (plan.queryPlan.node !== undefined) walk(plan.queryPlan.node);
  return found;
}

/** What an executor would fetch for a prepared operation, of objects whose properties are named as the schema's fields. */
export function fetched(
  generation: Generation,
  { plan }: Prepared,
  source: unknown,
  variableValues: Readonly<Record<string, unknown>> = {},
): unknown {
  const { data, errors } = executeSync({
    schema: generation.shapingSchema.toGraphQLJSSchema(),
    document: { kind: Kind.DOCUMENT, definitions: [plan.operation] },
    rootValue: source,
    variableValues,
  });
  if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return data;
}

/** What is shown of some fetched data. */
export interface Shown {
  readonly data: unknown;
  readonly masked: readonly MaskedEntry[];
  readonly rejected: Projected['rejected'];
  readonly nullViolations: Projected['nullViolations'];
  /** Whose consents are asked for. */
  readonly subjects: readonly string[];
  readonly errors: readonly GraphQLError[];
}

/** What `show` may be told beside the data. */
export interface ShowOptions {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly caller?: Caller;
  /** By subject id; everybody else has accepted the revision and is suspended nowhere. */
  readonly states?: ReadonlyMap<string, SubjectState>;
  readonly errors?: readonly SubgraphError[];
  readonly openSubgraphs?: readonly string[];
}

/** Projects fetched data, given under the planned operation's keys. */
export function show(
  generation: Generation,
  prepared: Prepared,
  data: unknown,
  options: ShowOptions = {},
): Shown {
  const { policy, rules } = generation;
  const { variables = {}, caller = callerFor(), errors = [] } = options;
  const shape = prepared.shape;
  const subjects = [...collectSubjects(data, shape)];
  const states = new Map(subjects.map((id) => [id, options.states?.get(id) ?? accepted(id)]));
  const decide = createDecider(policy, caller, states, NOW);
  const report = createMaskedReport('true-reasons');
  const projected = project(data, shape, {
    caller,
    decide,
    report,
    pseudonymKey: null,
    introspection: prepared.introspect(variables),
    onDecision: () => undefined,
  });
  const masked = report.entries();
  return {
    ...projected,
    data: projected.data,
    masked,
    subjects,
    errors: clientErrors(errors, {
      data,
      root: shape,
      rules,
      decide,
      masked,
      openSubgraphs: new Set(options.openSubgraphs),
    }),
  };
}

/** Somebody who has used the services since the last revision. */
export function accepted(subject: string, changes: { readonly suspended?: boolean } = {}): SubjectState {
  return {
    kind: 'known',
    subject,
    state: {
      subject,
      suspended: changes.suspended ?? false,
      lastServiceUse: NOW - 1,
      collectionMethods: ['survey'],
      entries: [],
      reference: null,
    },
  };
}
