import { schema } from '@octokit/graphql-schema';
import { Kind, buildASTSchema, parse, visit } from 'graphql';
import type {
  DocumentNode,
  GraphQLSchema,
  InterfaceTypeDefinitionNode,
  ObjectTypeDefinitionNode,
} from 'graphql';

/**
 * GitHub's public GraphQL schema as the npm package ships it, but for fields that it defines twice in one type
 * (which is not valid GraphQL): the first definition stays.
 */
export function githubDocument(): DocumentNode {
  const document = parse(schema.idl, { noLocation: true });
  return visit(document, {
    [Kind.OBJECT_TYPE_DEFINITION]: withoutDuplicates<ObjectTypeDefinitionNode>,
    [Kind.INTERFACE_TYPE_DEFINITION]: withoutDuplicates<InterfaceTypeDefinitionNode>,
  });
}

/** The same as an executable schema, for the mock server and for checks of operations. */
export function githubSchema(): GraphQLSchema {
  return buildASTSchema(githubDocument());
}

function withoutDuplicates<Node extends ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>(
  node: Node,
): Node {
  const first = new Map((node.fields ?? []).toReversed().map((field) => [field.name.value, field]));
  return { ...node, fields: (node.fields ?? []).filter((field) => first.get(field.name.value) === field) };
}
