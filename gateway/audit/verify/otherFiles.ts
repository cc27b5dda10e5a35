import type { Checkpoint, CheckpointsByChain } from './checkpointFile.ts';

/** Checkpoints of one chain, by sequence. */
type OfChain = ReadonlyMap<number, readonly Checkpoint[]>;

/** Tells what may stand in files that are not given, before the given ones or behind them. */
export interface OtherFiles {
  /** Told when a line of the given files was written: only of lines whose hash is that of their text. */
  readonly given: (time: string) => void;
  /** Up to which of a chain's first lines, of which the files lack those up to `to`, they may stand before. 0: none. */
  readonly before: (ofChain: OfChain, to: number) => number;
  /** Whether the line that a checkpoint names may stand behind, where the files hold an earlier one of its chain. */
  readonly mayBeBehind: (checkpoint: Checkpoint) => boolean;
  /** Whether a chain of which the files hold nothing may stand before and behind. */
  readonly mayHold: (ofChain: OfChain) => boolean;
}

/**
 * How long after the time of its line a checkpoint may be signed, in ms: it is due after 10 s (`everyMs` of
 * `CheckpointOptions`), the line waits for others for up to 100 s before that (`--audit-flush`), and writing takes time.
 *
 * Nobody gains by its being long: whoever cuts off the beginning of the first file moves it as far as he likes.
 */
const SIGNED_WITHIN = 120_000;

/**
 * Starts to gather the time that the given files span.
 *
 * What a checkpoint names was written before it was signed, and not long before. So what one names that was signed
 * within that time, but for its very beginning, was written into these files. At its end there is nothing to allow for:
 * what stands behind the files is signed after all that they hold.
 *
 * INVARIANT: lines that are added to the files only widen that time, so that they excuse nothing that lacks
 * (test/gateway/audit/verify/otherFiles.test.ts).
 *
 * @param kind `none`: there are no other files, and nothing stands there.
 */
export function createOtherFiles(kind: 'none' | 'absent', signed: CheckpointsByChain): OtherFiles {
  let since = Infinity;
  let until = -Infinity;
  let earliest: number | null = null;
  const mayBeBefore = (time: number): boolean => time <= since + SIGNED_WITHIN;
  const mayBeBehind = (time: number): boolean => time >= until;
  if (kind === 'none') {
    return { given: () => undefined, before: () => 0, mayBeBehind: () => false, mayHold: () => false };
  }

  /**
   * Whether a chain whose first checkpoint is this one began within the files: it would have had one before. That holds
   * only where checkpoints of that time are given.
   */
  function beganWithin(first: number): boolean {
    earliest ??= earliestOf(signed);
    return !mayBeBefore(first) && mayBeBefore(earliest);
  }

  return {
    given(time) {
      const at = Date.parse(time);
      if (Number.isNaN(at)) return;
      since = Math.min(since, at);
      until = Math.max(until, at);
    },
    before(ofChain, to) {
      const times = timesOf(ofChain);
      const [first] = times;
      if (first === undefined || (first.sequence > to && !beganWithin(first.time))) return to;
      const named = times.filter(({ sequence }) => sequence <= to);
      if (named.length > 0 && named.every(({ time }) => mayBeBefore(time))) return to;
      return named.findLast(({ time }) => mayBeBefore(time))?.sequence ?? 0;
    },
    mayBeBehind: ({ time }) => mayBeBehind(Date.parse(time)),
    mayHold: (ofChain) => timesOf(ofChain).every(({ time }) => mayBeBefore(time) || mayBeBehind(time)),
  };
}

/** When each line was named, in the order of the chain. */
function timesOf(ofChain: OfChain): readonly { readonly sequence: number; readonly time: number }[] {
  return Array.from(ofChain, ([sequence, checkpoints]) => {
    const times = checkpoints.map(({ time }) => Date.parse(time));
    return { sequence, time: Math.min(...times) };
  }).toSorted((one, other) => one.sequence - other.sequence);
}

function earliestOf(signed: CheckpointsByChain): number {
  let earliest = Infinity;
  for (const ofChain of signed.values()) {
    for (const { time } of timesOf(ofChain)) earliest = Math.min(earliest, time);
  }
  return earliest;
}
