import { executeQueryPlan, type GraphQLDataSource } from '@apollo/gateway';
import { GraphQLError, parse } from 'graphql';
import { askedFor } from './askedFor.ts';
import type { Executor, SubgraphError } from './executor.ts';

/**
 * Runs a plan with the executor of @apollo/gateway. It shapes by a schema whose outputs are all nullable: with
 * the strict one, a failed hidden field or a null in a denied field would null the answer before projection
 * sees it.
 */
export const referenceExecutor: Executor = async ({ plan, services, variables, requestContext }) => {
  try {
    const result = await executeQueryPlan(
      plan.queryPlan,
      Object.fromEntries(Object.entries(services).map(strict)),
      { ...requestContext, request: { ...requestContext.request, variables: { ...variables } } },
      { schema: plan.graphqlSchema, operation: plan.operation, fragments: {} },
      plan.supergraphSchema,
      plan.shapingSchema,
    );
    return {
      data: result.data ?? null,
      errors: (result.errors ?? []).map(subgraphError),
    };
  } catch (error) {
    // It throws where an answer has another shape than the next fetch builds on, such as an object for a list.
    return { data: null, errors: [subgraphError(error)] };
  }
};

/** A call of a subgraph that gave no answer; `cause` is what its data source threw. */
class SubgraphFailure extends Error {
  override readonly name = 'SubgraphFailure';
  readonly subgraph: string;

  constructor(subgraph: string, cause: unknown) {
    super('A subgraph gave no answer.', { cause });
    this.subgraph = subgraph;
  }
}

/** A data source that gives what was asked for and nothing else, and names its subgraph in what it throws. */
function strict([name, source]: [string, GraphQLDataSource]): [string, GraphQLDataSource] {
  return [
    name,
    {
      process: async (options) => {
        try {
          const response = await source.process(options);
          if (response.data == null) return response;
          const document = 'document' in options ? options.document : undefined;
          const asked = document ?? parse(options.request.query ?? '');
          return { ...response, data: askedFor(response.data, asked) };
        } catch (error) {
          throw new SubgraphFailure(name, error);
        }
      },
    },
  ];
}

function subgraphError(error: unknown): SubgraphError {
  if (error instanceof SubgraphFailure) return { subgraph: error.subgraph, path: null, cause: error.cause };
  if (!(error instanceof GraphQLError)) return { subgraph: null, path: null, cause: error };
  const { serviceName } = error.extensions;
  return {
    subgraph: typeof serviceName === 'string' ? serviceName : null,
    path: isFieldPath(error.path) ? error.path : null,
    cause: error,
  };
}

/** Whether a path that a subgraph gave is made of field names and indices alone; it might hold anything, and is logged. */
function isFieldPath(path: unknown): path is readonly (string | number)[] {
  return (
    Array.isArray(path) &&
    path.every((step) =>
      typeof step === 'string' ? /^(@|[_A-Za-z]\w*)$/.test(step) : Number.isInteger(step),
    )
  );
}
