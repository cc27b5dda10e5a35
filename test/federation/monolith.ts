import { Supergraph } from '@apollo/federation-internals';
import {
  execute,
  isObjectType,
  parse,
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql';
import { SUPPORTED_FEATURES } from '../../directives/spec.ts';

/** One schema of everything. */
export interface Monolith {
  readonly schema: GraphQLSchema;
  readonly execute: (
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    operationName?: string,
  ) => Promise<ExecutionResult>;
}

/**
 * The answers that graphql-js gives over a single schema of the same data: what the specification says, found
 * without any query planner.
 *
 * @param resolverOf a resolver by type and field; `undefined`: the property of that name.
 */
export function monolith(
  supergraph: string,
  resolverOf: (type: string, field: string) => GraphQLFieldResolver<unknown, unknown> | undefined,
): Monolith {
  const schema: GraphQLSchema = Supergraph.build(supergraph, { supportedFeatures: SUPPORTED_FEATURES })
    .apiSchema()
    .toGraphQLJSSchema();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const resolver = resolverOf(type.name, field.name);
      if (resolver !== undefined) field.resolve = resolver;
    }
  }
  return {
    schema,
    execute: async (query, variables = {}, operationName) =>
      await execute({
        schema,
        document: parse(query),
        rootValue: {},
        variableValues: variables,
        operationName,
      }),
  };
}
