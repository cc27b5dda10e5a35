/** Of what kind a `SubgraphHttpError` is, for the log. */
export type SubgraphHttpCode = 'EBADANSWER' | 'ECANCELED' | 'EENCODING' | 'EMSGSIZE' | 'ETIMEDOUT' | 'EURL';

/** A subgraph that did not answer as GraphQL over HTTP says. Its message quotes nothing that was sent. */
export class SubgraphHttpError extends Error {
  override readonly name = 'SubgraphHttpError';
  readonly code: SubgraphHttpCode;

  constructor(message: string, code: SubgraphHttpCode) {
    super(message);
    this.code = code;
  }
}
