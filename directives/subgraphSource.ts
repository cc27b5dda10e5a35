import { Kind, parse, Source, type DefinitionNode, type DocumentNode } from 'graphql';

/** One subgraph's schema as its author wrote it. */
export interface SubgraphSource {
  readonly name: string;
  /** Routing URL. */
  readonly url: string;
  /**
   * With positions: every node's `loc.source.name` is the file or URL that it stands in, so that what an overlay
   * adds says where it comes from.
   */
  readonly document: DocumentNode;
}

/** One text of a subgraph's schema: its own, or an overlay's. */
export interface SchemaText {
  /** File or URL, as findings name it. */
  readonly file: string;
  readonly sdl: string;
}

/**
 * Reads a subgraph's schema and what overlays add to it.
 *
 * @throws GraphQLError with the place where a text stops being GraphQL.
 */
export function readSubgraph(name: string, url: string, texts: readonly SchemaText[]): SubgraphSource {
  const definitions = texts.flatMap(
    ({ file, sdl }): readonly DefinitionNode[] => parse(new Source(sdl, file)).definitions,
  );
  return { name, url, document: { kind: Kind.DOCUMENT, definitions } };
}
