/** One protection of the product, switched off: a change of one source text that the tests must notice. */
export interface Mutant {
  /** What no longer holds. Unique; for the table and `--only`. */
  readonly name: string;
  /** From the repository's root. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Test files, narrow and fast, of which one notices and others, or other tests of it, still pass. */
  readonly tests: readonly string[];
  /** How the `INVARIANT:` begins that this breaks. */
  readonly invariant?: string;
}
