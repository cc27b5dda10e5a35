import {
  coerceInputValue,
  isInputType,
  isNonNullType,
  typeFromAST,
  valueFromAST,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { badUserInput } from './errors.ts';

/** Variables by name, judged by the operation's own definitions, with its defaults. */
export type Variables = Readonly<Record<string, unknown>>;

/**
 * Coerces a request's variables, as `getVariableValues` of graphql-js does. That keeps values in a plain object, where
 * a variable named `__proto__` would be lost and its default would reach the subgraph unseen.
 *
 * INVARIANT: the message names the variable and its type, never the value that was sent
 * (test/leaks/coercionErrors.test.ts).
 *
 * @throws a `BAD_USER_INPUT`.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>> = {},
): Variables {
  const values: Record<string, unknown> = { __proto__: null };
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    if (!isInputType(type)) return refuse(definition);
    if (!Object.hasOwn(given, name)) {
      if (definition.defaultValue !== undefined) values[name] = valueFromAST(definition.defaultValue, type);
      else if (isNonNullType(type)) refuse(definition);
      continue;
    }
    // What is wrong with it is said in words that quote it; and one may be too deep to be gone through.
    try {
      values[name] = coerceInputValue(given[name], type);
    } catch {
      refuse(definition);
    }
  }
  return values;
}

function refuse(definition: VariableDefinitionNode): never {
  const name = definition.variable.name.value;
  throw badUserInput(
    `Variable "$${name}" does not have the type that the operation declares for it.`,
    definition,
  );
}

/** Values under the names of the planned operation; without a prototype, as names come from clients. */
export function renamed(variables: Variables, names: ReadonlyMap<string, string>): Variables {
  const values: Record<string, unknown> = { __proto__: null };
  for (const [name, planned] of names) {
    if (Object.hasOwn(variables, name)) values[planned] = variables[name];
  }
  return values;
}
