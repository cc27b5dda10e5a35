/** Whether a write lets values be seen or takes them away. */
export type Effect = 'shows' | 'hides';

/**
 * What one writer asked for. All times here are milliseconds of one monotonic clock, that of the process that
 * writes and reads.
 *
 * A register is what one decision is kept in: a subject and a purpose, or a subject's suspension. A value is shown
 * where all registers that it hangs on show it; within a register the last write counts.
 */
export interface Write {
  /** The same for each attempt at the same write; stands in its record where that has room for it. */
  readonly tag: string;
  readonly register: string;
  readonly effect: Effect;
  /** Through which gateway. */
  readonly by: string;
  readonly invoked: number;
  /** `unknown`: refused, failed or not answered in time. It may have happened, and may happen at any later time. */
  readonly outcome: Acknowledged | { readonly kind: 'unknown' };
}

/** An answer with a record id. That of a write that changed nothing may name the record that says it already. */
export interface Acknowledged {
  readonly kind: 'acknowledged';
  readonly answered: number;
  readonly recordId: string;
  readonly effectiveInMs: number;
}

/** Whether one answer showed a value that hangs on these registers. */
export interface Read {
  readonly began: number;
  readonly ended: number;
  readonly registers: readonly string[];
  readonly shown: boolean;
  /** Through which gateway. */
  readonly by: string;
}

/** One event of the consent record. `register` and `effect`: `null` where it is about neither of those above. */
export interface Recorded {
  readonly recordId: string;
  readonly subject: string;
  readonly register: string | null;
  readonly effect: Effect | null;
  /** The tag of the write that made it, where that could be said. */
  readonly tag: string | null;
  /** Its own time, ms since the epoch. */
  readonly at: number;
}

/** A time during which nothing was disturbed. */
export interface Calm {
  readonly from: number;
  readonly until: number;
}

/** All that was seen of one run. */
export interface History {
  readonly writes: readonly Write[];
  readonly reads: readonly Read[];
  /** The consent record at the end, in the order of its sequence. */
  readonly record: readonly Recorded[];
  readonly calms: readonly Calm[];
  /** Registers that show without any write; all others hide. */
  readonly initiallyShown: ReadonlySet<string>;
}

/** What is promised beyond the guarantee itself. `null`: nothing. */
export interface Promises {
  /**
   * Within how many ms of calm everything that is on record is also in effect, although a cache would still be allowed
   * to say otherwise.
   */
  readonly settledInMs: number | null;
  /** Within how many ms of calm writes are effective at once again, through each gateway. */
  readonly atOnceAgainInMs: number | null;
}

/** What a check came to. */
export interface Verdict {
  readonly violations: readonly Violation[];
  /** How many times a value was read that must not be shown any more: what there was to find. */
  readonly bound: number;
}

/** Something that must not be. `message` tells times and ids, for finding it in a log. */
export interface Violation {
  readonly kind:
    | 'shown after withdrawal'
    | 'shown long after the fault was over'
    | 'shown without any grant'
    | 'lost write'
    | 'wrong answer to a write'
    | 'record out of order'
    | 'not effective at once again';
  readonly message: string;
}
