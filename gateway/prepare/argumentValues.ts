import { getArgumentValues, type FieldNode, type GraphQLField } from 'graphql';
import { badUserInput } from '../errors.ts';

/**
 * A field's arguments, coerced, with their defaults.
 *
 * @throws a `BAD_USER_INPUT` that names the argument's field and not its value.
 */
export function argumentValues(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  try {
    return getArgumentValues(field, node, variables);
  } catch {
    throw badUserInput(`The arguments of "${field.name}" do not have the types that the schema says.`);
  }
}
