import { links, type ChainLine } from './chainLine.ts';

/** Sequences of a chain that have not been seen, and the lines around them. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** `null`: they are the chain's first. */
  readonly before: ChainLine | null;
  readonly after: ChainLine;
}

/** What a late line did to a gap: sequences that now link to the next, and such that do not. */
export interface Filled {
  readonly mended: readonly number[];
  readonly broken: readonly number[];
}

/** Most gaps of a chain that are remembered; lines of older ones that come late are not told from repeated ones. */
const MAX_GAPS = 10_000;

/** The gaps of one chain. */
export interface Gaps {
  /** Adds one; gives those that are no longer remembered. */
  readonly open: (gap: Gap) => readonly Gap[];
  /** Puts a line into the gap that it belongs to; `null`: there is none. */
  readonly fill: (line: ChainLine) => Filled | null;
  readonly left: () => readonly Gap[];
}

/** Creates the gaps of one chain: none. */
export function createGaps(): Gaps {
  let gaps: Gap[] = [];
  return {
    open(gap) {
      gaps.push(gap);
      return gaps.length > MAX_GAPS ? gaps.splice(0, MAX_GAPS / 2) : [];
    },
    fill(line) {
      const { sequence } = line;
      const gap = gaps.find(({ from, to }) => from <= sequence && sequence <= to);
      if (gap === undefined) return null;
      const parts: Gap[] = [];
      const mended: number[] = [];
      const broken: number[] = [];
      const judge = (at: number, holds: boolean): void => void (holds ? mended : broken).push(at);
      if (sequence > gap.from) {
        parts.push({ ...gap, to: sequence - 1, after: line });
        broken.push(sequence - 1);
      } else if (gap.before !== null) judge(sequence - 1, links(gap.before, line));
      if (sequence < gap.to) {
        parts.push({ ...gap, from: sequence + 1, before: line });
        broken.push(sequence);
      } else judge(sequence, links(line, gap.after));
      gaps = gaps.flatMap((each) => (each === gap ? parts : [each]));
      return { mended, broken };
    },
    left: () => gaps,
  };
}
