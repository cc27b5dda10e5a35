import { executeQueryPlan, type GraphQLDataSource } from '@apollo/gateway';
import { GraphQLError, parse } from 'graphql';
import type { OperationPlan } from '../../prepare/plan.ts';
import { askedFor } from './askedFor.ts';
import { entityPath, markEntityErrors } from './entityErrors.ts';
import type { Executor, SubgraphError } from '../executor.ts';
import { renameKeys } from './renameKeys.ts';
import { responseKeys } from './responseKeys.ts';

/**
 * Runs a plan with the executor of @apollo/gateway. It shapes by a schema whose outputs are all nullable: with
 * the strict one, a failed hidden field or a null in a denied field would null the answer before projection
 * sees it.
 */
export const referenceExecutor: Executor = async ({ plan, services, variables, requestContext }) => {
  try {
    const result = await executeQueryPlan(
      plan.queryPlan,
      Object.fromEntries(Object.entries(services).map((service) => strict(service, plan))),
      {
        ...requestContext,
        request: { ...requestContext.request, variables: { ...variables } },
        // Neither traces of subgraphs nor what the executor would log: both may quote what was found.
        metrics: {},
        logger: SILENT,
      },
      { schema: plan.graphqlSchema, operation: plan.operation, fragments: {} },
      plan.supergraphSchema,
      plan.shapingSchema,
    );
    const { data = null, errors = [] } = result;
    if (errors.length === 0) return { data, errors: [] };
    const keys = responseKeys(plan);
    return { data, errors: errors.map((error) => subgraphError(error, data, keys)) };
  } catch (error) {
    // It throws where an answer has another shape than the next fetch builds on, such as an object for a list.
    return { data: null, errors: [subgraphError(error, null, new Set())] };
  }
};

const SILENT = Object.freeze({
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
});

/** Stands at no field: whether it is told depends on whether anything is denied. */
const MISSHAPEN = Object.freeze({ message: 'A list or an object of the answer is something else.' });

/** A call of a subgraph that gave no answer, or one that nothing can be taken from; `cause` is what was thrown. */
class SubgraphFailure extends Error {
  override readonly name = 'SubgraphFailure';
  readonly subgraph: string;
  readonly from: SubgraphError['from'];

  constructor(subgraph: string, from: SubgraphError['from'], cause: unknown) {
    super('A subgraph gave no answer.', { cause });
    this.subgraph = subgraph;
    this.from = from;
  }
}

const NO_WAY: ReadonlySet<string> = new Set();

/** A data source that gives what was asked for and nothing else, and names its subgraph in what it throws. */
function strict(
  [name, source]: [string, GraphQLDataSource],
  { apart, renames, unsure, supergraphSchema: schema }: OperationPlan,
): [string, GraphQLDataSource] {
  return [
    name,
    {
      process: async (options) => {
        let from: SubgraphError['from'] = 'call';
        try {
          const response = await source.process(options);
          from = 'answer';
          const document = 'document' in options ? options.document : undefined;
          const asked = document ?? parse(options.request.query ?? '');
          const about = unsure.has(asked) ? 'unsure' : 'sure';
          const answer = markEntityErrors(response, options.request.variables?.['representations'], about);
          if (answer.data == null) return answer;
          const way = apart.get(asked) ?? NO_WAY;
          const errors = [...(answer.errors ?? [])];
          const onMisshapen = (): void => void errors.push(MISSHAPEN);
          const data = askedFor(answer.data, { document: asked, schema, way, onMisshapen });
          renameKeys(data, renames.get(asked) ?? []);
          return errors.length === 0 ? { ...answer, data } : { ...answer, data, errors };
        } catch (error) {
          // Data sources of users' own turn answers with a bad status into GraphQL errors.
          throw new SubgraphFailure(name, error instanceof GraphQLError ? 'answer' : from, error);
        }
      },
    },
  ];
}

function subgraphError(error: unknown, data: unknown, keys: ReadonlySet<string>): SubgraphError {
  if (error instanceof SubgraphFailure) {
    const { subgraph, from, cause } = error;
    return { subgraph, from, path: null, cause };
  }
  if (!(error instanceof GraphQLError)) return { subgraph: null, from: 'answer', path: null, cause: error };
  const { serviceName } = error.extensions;
  const path = entityPath(error, data) ?? error.path;
  return {
    subgraph: typeof serviceName === 'string' ? serviceName : null,
    from: 'answer',
    path: isFieldPath(path, keys) ? path : null,
    cause: error,
  };
}

/**
 * Whether a path that a subgraph gave is made of field names and indices alone; it might hold anything, and is
 * logged. An error of a fetch of entities that names none of them could be any field's.
 */
function isFieldPath(path: unknown, keys: ReadonlySet<string>): path is readonly (string | number)[] {
  return (
    Array.isArray(path) &&
    path.every((step) =>
      typeof step === 'string'
        ? step === '@' || keys.has(step.replace(/__alias_\d+$/, ''))
        : Number.isInteger(step),
    )
  );
}
