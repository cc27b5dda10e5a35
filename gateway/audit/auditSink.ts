/** Where lines of the access record are kept. */
export interface AuditSink {
  /**
   * Keeps lines, in their order. Resolves once all of them are kept, and rejects where that is not certain; the answers
   * that they are about are then not given. Called again only once it has settled.
   *
   * @param lines JSON without line ends.
   */
  readonly append: (lines: readonly string[]) => Promise<void>;
  /**
   * Asked once a second after an `append` that failed, until lines are kept again: tries as well as it can whether they
   * could be, and keeps none. Resolves where nothing speaks against it. Called also while an `append` has not settled.
   */
  readonly attempt?: () => Promise<void>;
  /** Called once, after the last `append` has settled. */
  readonly close?: () => Promise<void>;
}
