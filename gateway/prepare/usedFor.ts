import {
  DirectiveLocation,
  GraphQLDirective,
  GraphQLNonNull,
  GraphQLSchema,
  GraphQLString,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { refusal } from '../errors.ts';

/** Name of the directive by which an operation declares its own purpose. */
export const USED_FOR = 'usedFor';

const usedForDirective = new GraphQLDirective({
  name: USED_FOR,
  description:
    'What the personal data in this operation will be used for: a purpose key of the policy, as a literal.',
  locations: [DirectiveLocation.QUERY, DirectiveLocation.MUTATION],
  args: { purpose: { type: new GraphQLNonNull(GraphQLString) } },
});

/** The API schema as clients see it: with `@usedFor`, unless the schema has a directive of that name. */
export function withUsedFor(schema: GraphQLSchema): GraphQLSchema {
  if (schema.getDirective(USED_FOR)) return schema;
  const config = schema.toConfig();
  return new GraphQLSchema({
    ...config,
    directives: [...config.directives, usedForDirective],
    assumeValid: true,
  });
}

/**
 * The purpose that an operation declares; `null` where it declares none.
 *
 * @throws a refusal where the purpose is not a literal: a variable would let one document serve any purpose.
 */
export function declaredPurpose(operation: OperationDefinitionNode): string | null {
  const applied = (operation.directives ?? []).find((directive) => directive.name.value === USED_FOR);
  const argument = applied?.arguments?.find((each) => each.name.value === 'purpose');
  if (applied === undefined) return null;
  if (argument?.value.kind === Kind.STRING) return argument.value.value;
  throw refusal(
    'PURPOSE_UNKNOWN',
    '@usedFor needs its purpose as a string literal, e.g. @usedFor(purpose: "service.support").',
  );
}
