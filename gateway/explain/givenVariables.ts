import type { GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { coerceVariables, type Variables } from '../coerceVariables.ts';

/** Variables as the gateway would coerce them, and the names of those that nothing is known of. */
export interface GivenVariables {
  readonly variables: Variables;
  readonly missing: readonly string[];
}

/**
 * Coerces what was given as the gateway does. Where nothing was given at all, what has no default is missing, which
 * is not the same as left out.
 *
 * @throws a `BAD_USER_INPUT` where variables were given and are wrong.
 */
export function givenVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>> | null,
): GivenVariables {
  if (given !== null) return { variables: coerceVariables(schema, operation, given), missing: [] };
  const definitions = operation.variableDefinitions ?? [];
  const withDefault = definitions.filter(({ defaultValue }) => defaultValue !== undefined);
  return {
    variables: coerceVariables(schema, { ...operation, variableDefinitions: withDefault }, {}),
    missing: definitions
      .filter((definition) => !withDefault.includes(definition))
      .map(({ variable }) => variable.name.value),
  };
}
