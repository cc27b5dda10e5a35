import { operationFromDocument, type Schema } from '@apollo/federation-internals';
import type { QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { Kind, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';

/** The schemas of one generation that planning and executing need. */
export interface PlanningSchemas {
  /** The API schema as the planner knows it. */
  readonly apiSchema: Schema;
  /** The same with every output nullable. */
  readonly shapingSchema: Schema;
  /** The API schema as graphql-js knows it. */
  readonly graphqlSchema: GraphQLSchema;
  /** The whole supergraph, by which the executor tells types apart. */
  readonly supergraphSchema: GraphQLSchema;
}

/** A rewritten operation with its plan. */
export interface OperationPlan extends Omit<PlanningSchemas, 'apiSchema'> {
  readonly operation: OperationDefinitionNode;
  readonly queryPlan: QueryPlan;
}

/** Plans a rewritten operation. Throws what the planner throws; its words may name fields, never values. */
export function planOperation(
  planner: QueryPlanner,
  { apiSchema, ...schemas }: PlanningSchemas,
  operation: OperationDefinitionNode,
): OperationPlan {
  const document = { kind: Kind.DOCUMENT as const, definitions: [operation] };
  const queryPlan = planner.buildQueryPlan(operationFromDocument(apiSchema, document));
  return { ...schemas, operation, queryPlan };
}
