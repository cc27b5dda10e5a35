import { composeServices } from '@apollo/composition';
import { Kind, parse, visit } from 'graphql';
import type { ASTNode, ConstDirectiveNode, DocumentNode } from 'graphql';
import { PRIVACY_LINK_SDL } from '../../directives/spec.ts';
import { ANNOTATIONS } from './annotations.ts';
import type { Annotation } from './annotations.ts';
import { githubDocument } from './githubSchema.ts';

const HEADER = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
  ${PRIVACY_LINK_SDL}
`;

/**
 * GitHub's schema with annotations, composed by Apollo Federation as the one subgraph `github`.
 *
 * @param url where that subgraph answers; it goes into the supergraph.
 * @throws Error with composition's messages, or naming the annotations whose coordinate the schema has not.
 */
export function githubSupergraph(url: string, annotations: readonly Annotation[] = ANNOTATIONS): string {
  const result = composeServices([{ name: 'github', url, typeDefs: githubSubgraph(annotations) }]);
  if (result.errors !== undefined) throw new Error(result.errors.map((error) => error.message).join('\n'));
  return result.supergraphSdl;
}

function githubSubgraph(annotations: readonly Annotation[]): DocumentNode {
  const pending = Map.groupBy(annotations, ({ coordinate }) => coordinate);
  // Undefined where nothing is to be added, which makes the visitor go on with the node as it is.
  const annotated = <Node extends ASTNode & { readonly directives?: readonly ConstDirectiveNode[] }>(
    coordinate: string,
    node: Node,
  ): Node | undefined => {
    const found = pending.get(coordinate);
    if (found === undefined) return undefined;
    pending.delete(coordinate);
    return { ...node, directives: [...(node.directives ?? []), ...found.map(personal)] };
  };
  const document = visit(githubDocument(), {
    enter(node, _key, _parent, _path, ancestors) {
      if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION) {
        return annotated(node.name.value, node);
      }
      if (
        node.kind === Kind.FIELD_DEFINITION ||
        node.kind === Kind.ENUM_VALUE_DEFINITION ||
        node.kind === Kind.INPUT_VALUE_DEFINITION
      ) {
        return annotated(`${ownerName(ancestors)}.${node.name.value}`, node);
      }
      return undefined;
    },
  });
  if (pending.size > 0) {
    throw new Error(
      `GitHub's schema no longer has ${[...pending.keys()].join(', ')}: correct test/github/annotations.ts.`,
    );
  }
  return { kind: Kind.DOCUMENT, definitions: [...parse(HEADER).definitions, ...document.definitions] };
}

function personal({ category, subject, namespace }: Annotation): ConstDirectiveNode {
  const given = Object.entries({ category, subject, namespace }).filter(([, value]) => value !== undefined);
  const args = given.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(', ');
  const [definition] = parse(`scalar S @personal(${args})`).definitions;
  const directive = definition?.kind === Kind.SCALAR_TYPE_DEFINITION ? definition.directives?.[0] : undefined;
  if (directive === undefined) throw new Error(`Not an application of @personal: (${args}).`);
  return directive;
}

/** The nearest named definition around a node; an argument's is its field, which no annotation's coordinate is. */
function ownerName(ancestors: readonly (ASTNode | readonly ASTNode[])[]): string {
  const owner = ancestors.findLast((ancestor) => 'kind' in ancestor && 'name' in ancestor);
  return owner !== undefined && 'name' in owner && owner.name?.kind === Kind.NAME ? owner.name.value : '';
}
