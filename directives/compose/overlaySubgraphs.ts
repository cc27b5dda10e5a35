import type { DocumentNode, GraphQLError } from 'graphql';
import { Kind } from 'graphql';
import { schemaDirectives } from '../links.ts';
import { FEDERATION_IDENTITY, subgraphLinks } from '../subgraphLinks.ts';
import type { SubgraphSource } from '../subgraphSource.ts';
import { withAdditions } from './linkPrivacy.ts';
import type { Additions } from './placeAdditions.ts';
import { upgradeFederation1, type Upgraded } from './upgradeFederation1.ts';

/** Subgraphs with what overlays add. */
export interface Overlaid {
  /** For rules: every node as and where its author wrote it. */
  readonly sources: readonly SubgraphSource[];
  /** For composing, by subgraph: those of Federation 1 are upgraded where an overlay annotates one of them. */
  readonly documents: ReadonlyMap<string, DocumentNode>;
  readonly errors: readonly GraphQLError[];
}

/** Merges what overlays add into the subgraphs that they annotate; the others stay as they are. */
export function overlaySubgraphs(
  sources: readonly SubgraphSource[],
  placed: ReadonlyMap<string, Additions>,
): Overlaid {
  const needsUpgrade = sources.some(
    ({ name, document }) => placed.has(name) && !subgraphLinks(document).has(FEDERATION_IDENTITY),
  );
  const upgraded: Upgraded = needsUpgrade ? upgradeFederation1(sources) : { documents: new Map() };
  if ('errors' in upgraded) {
    return {
      sources,
      documents: new Map(sources.map(({ name, document }) => [name, document])),
      errors: upgraded.errors,
    };
  }
  const each = sources.map((source) => {
    const { name, document } = source;
    const additions = placed.get(name);
    // All or none of Federation 1 is upgraded here: what must be `@shareable` depends on the others.
    if (additions === undefined) return { source, composed: upgradedOf(source, upgraded) };
    if (subgraphLinks(document).has(FEDERATION_IDENTITY)) {
      const overlaid = withAdditions(document, additions);
      return { source: { ...source, document: overlaid }, composed: overlaid };
    }
    const anew = upgradedOf(source, upgraded);
    return {
      source: { ...source, document: withAdditions(linkedAs(document, anew), additions) },
      composed: withAdditions(anew, additions),
    };
  });
  return {
    sources: each.map(({ source }) => source),
    documents: new Map(each.map(({ source, composed }) => [source.name, composed])),
    errors: [],
  };
}

function upgradedOf(
  { name, document }: SubgraphSource,
  { documents }: { readonly documents: ReadonlyMap<string, DocumentNode> },
): DocumentNode {
  if (subgraphLinks(document).has(FEDERATION_IDENTITY)) return document;
  return documents.get(name) ?? document;
}

/** A schema of Federation 1 as it was written, with the links of its upgrade. */
function linkedAs(document: DocumentNode, upgraded: DocumentNode): DocumentNode {
  const links = { kind: Kind.SCHEMA_EXTENSION, directives: schemaDirectives(upgraded) } as const;
  return { ...document, definitions: [...document.definitions, links] };
}
