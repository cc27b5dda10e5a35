import type { Row } from './reading.ts';
import type { Asked, Requires } from './representations.ts';

/** Where in the data a part of a plan goes on. */
export interface Place {
  readonly data: Row;
  readonly rows: readonly Row[];
  /** The way to them: keys, and `@` for every item of a list. */
  readonly path: readonly string[];
  /** What fetches side by side ask about the very same objects; `null` where they may have changed between two. */
  readonly asked: Map<Requires, Asked> | null;
}
