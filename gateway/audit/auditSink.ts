/** Where lines of the access record are kept. */
export interface AuditSink {
  /**
   * Keeps lines, in their order. Resolves once all of them are kept, and rejects where that is not certain; the answers
   * that they are about are then not given. Called again only once it has settled.
   *
   * @param lines JSON without line ends.
   */
  readonly append: (lines: readonly string[]) => Promise<void>;
  /** Called once, after the last `append` has settled. */
  readonly close?: () => Promise<void>;
}
