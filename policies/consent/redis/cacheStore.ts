import type { SourceAnswer } from '../source/source.ts';
import type { ConsentState } from '../state.ts';

/**
 * Where cached states are kept: one server, or the nodes of a Cluster. Failures are misses; nothing here throws.
 * Whatever one call sends to one server goes out in one write, in the very tick of the call.
 */
export interface CacheStore {
  /** The states of the subjects, in their order; `null` for each that is not there or could not be asked. */
  readonly held: (subjects: readonly string[]) => Promise<readonly (ConsentState | null)[]>;
  /** Leaves a marker for each subject. The source is to be read only then. `null`: nothing can be stored. */
  readonly mark: (subjects: readonly string[]) => Promise<Fill | null>;
  /** Deletes what is stored of the subjects, and their markers. */
  readonly remove: (subjects: readonly string[]) => Promise<Removal>;
  /** `run_id/database` of the one server that is used, `cluster` where there are several; `null`: none for now. */
  readonly place: () => string | null;
  /** Whether the server is still at `place`, by asking it. */
  readonly confirm: (place: string) => Promise<boolean>;
  /** Whether `remove` promises nothing that it cannot keep of what a reader stores at its own `place`. */
  readonly reaches: (place: string | null) => boolean;
  /** Whether all servers became usable, at the latest after `timeoutMs`. */
  readonly ready: (timeoutMs: number) => Promise<boolean>;
  readonly close: () => void;
}

/** Stores what the source said of the marked subjects, in their order, where their markers are still there. */
export type Fill = (answer: SourceAnswer) => Promise<void>;

/**
 * What a writer may count on once it has deleted.
 * `effective`: nothing older can be read from now on.
 * `acknowledged`: every server concerned has deleted, but one that we do not know of, such as a replica about to take
 * over, may still have it; it ends with its lease.
 * `unacknowledged`: some server may not have deleted; to be repeated.
 */
export type Removal = 'effective' | 'acknowledged' | 'unacknowledged';
