import type { Row } from './reading.ts';

/** Where in the data a part of a plan goes on. */
export interface Place {
  readonly data: Row;
  readonly rows: readonly Row[];
  /** The way to them: keys, and `@` for every item of a list. */
  readonly path: readonly string[];
}
