import { executeQueryPlan } from '@apollo/gateway';
import { GraphQLError } from 'graphql';
import type { Executor, SubgraphError } from './executor.ts';

/**
 * Runs a plan with the executor of @apollo/gateway. It shapes by a schema whose outputs are all nullable: with
 * the strict one, a failed hidden field or a null in a denied field would null the answer before projection
 * sees it.
 */
export const referenceExecutor: Executor = async ({ plan, services, variables, requestContext }) => {
  const result = await executeQueryPlan(
    plan.queryPlan,
    { ...services },
    { ...requestContext, request: { ...requestContext.request, variables: { ...variables } } },
    { schema: plan.graphqlSchema, operation: plan.operation, fragments: {} },
    plan.supergraphSchema,
    plan.shapingSchema,
  );
  return {
    data: result.data ?? null,
    errors: (result.errors ?? []).map(subgraphError),
  };
};

function subgraphError(error: unknown): SubgraphError {
  if (!(error instanceof GraphQLError)) return { subgraph: null, path: null, cause: error };
  const { serviceName } = error.extensions;
  return {
    subgraph: typeof serviceName === 'string' ? serviceName : null,
    path: error.path ?? null,
    cause: error,
  };
}
