import { subgraphsFromServiceList, upgradeSubgraphsIfNecessary } from '@apollo/federation-internals';
import { Kind, parse } from 'graphql';
import type { DocumentNode, GraphQLError } from 'graphql';
import type { SubgraphSource } from '../subgraphSource.ts';

/** Schemas by subgraph, or what keeps them from being upgraded. */
export type Upgraded =
  { readonly documents: ReadonlyMap<string, DocumentNode> } | { readonly errors: readonly GraphQLError[] };

/**
 * Subgraphs of Federation 1 as Apollo Federation itself upgrades them before it composes. It looks at all of them
 * together, since what must be `@shareable` depends on the others. The upgraded schemas have no places.
 */
export function upgradeFederation1(subgraphs: readonly SubgraphSource[]): Upgraded {
  const built = subgraphsFromServiceList(
    subgraphs.map(({ name, url, document }) => ({ name, url, typeDefs: document })),
  );
  if (Array.isArray(built)) return { errors: built };
  const { subgraphs: upgraded, errors } = upgradeSubgraphsIfNecessary(built);
  if (upgraded === undefined) return { errors: errors ?? [] };
  const documents = upgraded
    .values()
    .map(
      (subgraph) =>
        [subgraph.name, withoutAbsentRoots(parse(subgraph.toString(), { noLocation: true }))] as const,
    );
  return { documents: new Map(documents) };
}

/** Tried: a subgraph whose query type held federation's own fields alone is printed with a root that it lacks. */
function withoutAbsentRoots(document: DocumentNode): DocumentNode {
  const types = new Set(document.definitions.flatMap((node) => ('name' in node ? [node.name?.value] : [])));
  const definitions = document.definitions.map((node) => {
    if (node.kind !== Kind.SCHEMA_DEFINITION) return node;
    const operationTypes = node.operationTypes.filter(({ type }) => types.has(type.name.value));
    return { ...node, kind: Kind.SCHEMA_EXTENSION, operationTypes } as const;
  });
  return { ...document, definitions };
}
