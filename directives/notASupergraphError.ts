/** Thrown for SDL that is no composed supergraph. The message says what was expected and how to make one. */
export class NotASupergraphError extends Error {
  override readonly name = 'NotASupergraphError';

  constructor(found: string) {
    super(
      `Expected the SDL of a composed supergraph, whose schema links https://specs.apollo.dev/link and ` +
        `https://specs.apollo.dev/join, but ${found}. Compose the subgraphs first: ` +
        '`sudare compose --config supergraph.yaml --policy policy.yaml --output supergraph.graphql`.',
    );
  }
}
