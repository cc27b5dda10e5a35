/** Sequences from one to another, both among them. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What is known of a chain's lines. */
export interface Linked {
  /** The first and the last line. */
  readonly first: number;
  readonly last: number;
  /** Sequences that do not link to the next. */
  readonly breaks: ReadonlySet<number>;
  /** Sequences that a checkpoint names rightly. */
  readonly matched: readonly number[];
}

/**
 * Which lines no checkpoint proves. One proves the line that it names and all before it, back to where they no longer
 * link: what stands before a break may have been made anew as a whole.
 */
export function unprovenRanges({ first, last, breaks, matched }: Linked): readonly Range[] {
  const ends = [...[...breaks].filter((end) => end >= first && end < last), last].toSorted((a, b) => a - b);
  const proofs = matched.toSorted((a, b) => a - b);
  const ranges: Range[] = [];
  let from = first;
  let proof = 0;
  for (const end of ends) {
    let proven = from - 1;
    for (let next = proofs[proof]; next !== undefined && next <= end; next = proofs[proof]) {
      if (next >= from) proven = next;
      proof += 1;
    }
    if (proven < end) {
      const before = ranges.at(-1);
      if (before !== undefined && before.to === proven)
        ranges[ranges.length - 1] = { from: before.from, to: end };
      else ranges.push({ from: proven + 1, to: end });
    }
    from = end + 1;
  }
  return first === 0 ? [] : ranges;
}
