import type { GraphQLDataSource } from '@apollo/gateway';
import { GraphQLDataSourceRequestKind } from '@apollo/gateway/dist/datasources/types.js';
import { GraphQLError } from 'graphql';
import { byContext } from './contexts.ts';
import type { ExecuteInput, Executor, SubgraphError } from './executor.ts';
import { fetchErrors } from './fetchErrors.ts';
import type { Place } from './place.ts';
import { isRow, readInto, type Row } from './reading.ts';
import { represent, type Asked, type Requires } from './representations.ts';
import { applyRewrites } from './rewrites.ts';
import { rowsAt } from './rowsAt.ts';
import type { DataSource } from './services.ts';
import type { FetchStep, Step } from './step.ts';

/** One run of a plan. */
interface Run extends ExecuteInput {
  readonly errors: SubgraphError[];
  /** What data sources are told of the request: neither traces nor what would be logged, which may quote values. */
  readonly incoming: Incoming;
}

/**
 * Runs a plan's compiled steps: calls subgraphs, and merges what they answer into one tree under the planned
 * operation's keys. What a subgraph gives is not judged here but by the projection, which reads what it knows.
 */
export const compiledExecutor: Executor = async (input) => {
  const data: Row = {};
  const errors: SubgraphError[] = [];
  const { steps } = input.plan;
  if (steps !== null) {
    await runStep({ ...input, errors, incoming: incomingOf(input) }, steps, {
      data,
      rows: [data],
      path: [],
      asked: null,
    });
  }
  return { data, errors };
};

async function runStep(run: Run, step: Step, place: Place): Promise<void> {
  switch (step.kind) {
    case 'sequence':
      for (const each of step.steps) await runStep(run, each, { ...place, asked: null });
      return;
    case 'parallel': {
      const here: Place = { ...place, asked: new Map() };
      await Promise.all(step.steps.map(async (each) => await runStep(run, each, here)));
      return;
    }
    case 'flatten': {
      const rows = rowsAt(place.rows, step.path);
      if (rows.length === 0) return;
      const path = [...place.path, ...step.errorPath];
      await runStep(run, step.step, { ...place, rows, path, asked: null });
      return;
    }
    case 'condition': {
      const given = Object.hasOwn(run.variables, step.variable) ? run.variables[step.variable] : undefined;
      const chosen = (given ?? step.byDefault) === true ? step.ifTrue : step.ifFalse;
      if (chosen !== null) await runStep(run, chosen, place);
      return;
    }
    case 'fetch': {
      if (step.contexts.length === 0) return await runFetch(run, step, place);
      const groups = byContext(place, step.contexts);
      await Promise.all(
        groups.map(async ({ rows, variables }) => {
          const there: Place = { ...place, rows, asked: null };
          await runFetch({ ...run, variables: { ...run.variables, ...variables } }, step, there);
        }),
      );
    }
  }
}

/** A fetch that fails takes nothing else with it. */
async function runFetch(run: Run, step: FetchStep, place: Place): Promise<void> {
  const subgraph = step.serviceName;
  let from: SubgraphError['from'] = 'call';
  try {
    const source = sourceOf(run, step);
    const asked = step.requires === null ? null : askedAt(place, step.requires, source);
    if (asked?.representations.length === 0) return;
    const answer = await send(run, step, place, asked, source);
    from = 'answer';
    const found = new Set<unknown>();
    if (isRow(answer.data)) merge(step, place, asked, answer.data, (misfit) => void found.add(misfit));
    const errors: readonly unknown[] = [...(answer.errors ?? []), ...found];
    const { reading, about } = step;
    for (const error of fetchErrors({ subgraph, errors, reading, place, asked, about }))
      run.errors.push(error);
  } catch (cause) {
    // Data sources of users' own turn answers with a bad status into GraphQL errors.
    run.errors.push({ subgraph, from: cause instanceof GraphQLError ? 'answer' : from, path: null, cause });
  }
}

/** Of a kind that stands at no field: whether it is told depends on whether anything is denied. Told once an answer. */
interface Misfit {
  readonly message: string;
}

const MISSHAPEN: Misfit = { message: 'A list or an object of the answer is something else.' };
const MISCOUNTED: Misfit = { message: 'There are not as many entities as were asked about.' };

type Incoming = Extract<
  Parameters<GraphQLDataSource['process']>[0],
  { kind: GraphQLDataSourceRequestKind.INCOMING_OPERATION }
>['incomingRequestContext'];

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** `undefined` where there is none: the plan may all the same have nothing to ask it. */
function sourceOf({ services }: Run, { serviceName }: FetchStep): DataSource | undefined {
  return Object.hasOwn(services, serviceName) ? services[serviceName] : undefined;
}

/**
 * What a fetch asks about, shared with those beside it. Users' own data sources may change what they are given: each
 * gets one of its own.
 *
 * INVARIANT: it is read with the very rows that it was made of; with others, one person's data would stand in another's
 * row (test/gateway/execute/compiledExecutor.test.ts, "side by side").
 */
function askedAt({ rows, asked: shared }: Place, requires: Requires, source: DataSource | undefined): Asked {
  if (shared === null || source?.leavesRequests !== true) return represent(rows, requires);
  let asked = shared.get(requires);
  if (asked === undefined) shared.set(requires, (asked = represent(rows, requires)));
  return asked;
}

async function send(
  run: Run,
  step: FetchStep,
  place: Place,
  asked: Asked | null,
  source: DataSource | undefined,
): Promise<Answer> {
  if (source === undefined) throw new Error('The plan asks a subgraph that there is none of.');
  const { request, document } = step;
  return await source.process({
    kind: GraphQLDataSourceRequestKind.INCOMING_OPERATION,
    request: { ...request, variables: variablesOf(run, step, asked) },
    incomingRequestContext: run.incoming,
    context: run.requestContext.context,
    document,
    pathInIncomingRequest: [...place.path],
  });
}

function variablesOf(
  { variables }: Run,
  { variableUsages }: FetchStep,
  asked: Asked | null,
): Record<string, unknown> {
  const used: Record<string, unknown> = {};
  for (const name of variableUsages) if (variables[name] !== undefined) used[name] = variables[name];
  if (asked === null) return used;
  // INVARIANT: no variable of a client's can take the place of what the plan asks about
  // (test/gateway/execute/compiledExecutor.test.ts).
  used['representations'] = asked.representations;
  return used;
}

function merge(
  step: FetchStep,
  { rows }: Place,
  asked: Asked | null,
  data: Row,
  onMisfit: (misfit: Misfit) => void,
): void {
  const onMisshapen = (): void => onMisfit(MISSHAPEN);
  const into = (row: Row, source: Row): void => {
    readInto(row, source, step.reading, onMisshapen);
    applyRewrites(step.outputRewrites, row);
  };
  if (asked === null) {
    for (const row of rows) into(row, data);
    return;
  }
  const { _entities: entities } = data;
  if (!Array.isArray(entities) || entities.length !== asked.representations.length) {
    onMisfit(MISCOUNTED);
    return;
  }
  rows.forEach((row, index) => {
    const entity: unknown = entities[asked.numbers[index] ?? -1];
    if (isRow(entity)) into(row, entity);
    else if (entity !== null && entity !== undefined) onMisshapen();
  });
}

function incomingOf({ requestContext, variables }: ExecuteInput): Incoming {
  return {
    ...requestContext,
    request: { ...requestContext.request, variables: { ...variables } },
    metrics: {},
    logger: SILENT,
  };
}

const SILENT = Object.freeze({
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
});
