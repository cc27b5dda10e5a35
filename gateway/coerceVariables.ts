import { getVariableValues, Kind, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { badUserInput } from './errors.ts';

/** Variables by name, judged by the operation's own definitions, with its defaults. */
export type Variables = Readonly<Record<string, unknown>>;

/**
 * Coerces a request's variables.
 *
 * INVARIANT: the message names the variable and its type, never the value that was sent
 * (test/leaks/coercionErrors.test.ts).
 *
 * @throws a `BAD_USER_INPUT`.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>> | undefined,
): Variables {
  const values: Record<string, unknown> = { __proto__: null };
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    // graphql-js keeps values in a plain object, where a variable named `__proto__` would be lost and its
    // default would reach the subgraph unseen; so each is judged under a name of ours.
    const own = {
      ...definition,
      variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: JUDGED } },
    } as const;
    const sent = given !== undefined && Object.hasOwn(given, name) ? { [JUDGED]: given[name] } : {};
    const { coerced } = getVariableValues(schema, [own], sent, { maxErrors: 1 });
    if (coerced === undefined) {
      throw badUserInput(
        `Variable "$${name}" does not have the type that the operation declares for it.`,
        definition,
      );
    }
    if (Object.hasOwn(coerced, JUDGED)) values[name] = coerced[JUDGED];
  }
  return values;
}

const JUDGED = 'value';

/** Values under the names of the planned operation; without a prototype, as names come from clients. */
export function renamed(variables: Variables, names: ReadonlyMap<string, string>): Variables {
  const values: Record<string, unknown> = { __proto__: null };
  for (const [name, planned] of names) {
    if (Object.hasOwn(variables, name)) values[planned] = variables[name];
  }
  return values;
}
