/** Thrown for SDL that is no composed supergraph. The message says what was expected and how to make one. */
export class NotASupergraphError extends Error {
  override readonly name = 'NotASupergraphError';

  readonly #found: string;

  /** @param file where the SDL was read, if that is known. */
  constructor(found: string, file?: string) {
    super(
      (file === undefined ? '' : `${file}: `) +
        `Expected the SDL of a composed supergraph, whose schema links https://specs.apollo.dev/link and ` +
        `https://specs.apollo.dev/join, but ${found}. Compose the subgraphs first: ` +
        '`sudare compose --config supergraph.yaml --policy policy.yaml --output supergraph.graphql`.',
    );
    this.#found = found;
  }

  /** The same of a file. */
  in(file: string): NotASupergraphError {
    return new NotASupergraphError(this.#found, file);
  }
}
