/** How many lines the database is given at once. */
export interface PartSize {
  readonly lines: () => number;
  /** It took so many. */
  readonly managed: (lines: number) => void;
  /** It did not manage so many. */
  readonly failed: (lines: number) => void;
}

/** Successes in a row after which twice as much is tried, so that failing is the exception. */
const CALM = 20;

/**
 * Halves what the database fails at, down to one line, and comes back up to `most` by and by: a database that is slow
 * now is likely to be slow at the next part too.
 */
export function createPartSize(most: number): PartSize {
  let now = most;
  let inARow = 0;
  return {
    lines: () => now,
    managed: (lines) => {
      // A smaller part says nothing about whether more would do.
      if (lines < now) return;
      inARow += 1;
      if (inARow < CALM) return;
      now = Math.min(2 * now, most);
      inARow = 0;
    },
    failed: (lines) => {
      now = Math.max(1, Math.floor(lines / 2));
      inARow = 0;
    },
  };
}
