import type { Checkpoint } from './checkpointFile.ts';
import { placeText, type Finding, type FindingKind, type Place } from './finding.ts';
import { isAltered, links, type ChainLine } from './chainLine.ts';
import { createGaps, type Gap } from './gaps.ts';
import type { OtherFiles } from './otherFiles.ts';
import { unprovenRanges } from './unprovenRanges.ts';

/** What was seen of one chain. */
export interface ChainSummary {
  readonly chain: string;
  /** Of its lines; 0 where it has none. */
  readonly first: number;
  readonly last: number;
  readonly lines: number;
  /** The last line that a checkpoint names rightly. */
  readonly provenTo: { readonly sequence: number; readonly at: Place } | null;
}

/** Checks one chain, line by line. */
export interface ChainCheck {
  /** The next sequence, and so where a line belongs that says of itself too little. */
  readonly next: () => number;
  readonly take: (line: ChainLine) => void;
  /** Reports what only the end tells. */
  readonly end: () => ChainSummary;
}

/** Options of `createChainCheck`. */
export interface ChainCheckOptions {
  readonly chain: string;
  readonly checkpoints: ReadonlyMap<number, readonly Checkpoint[]>;
  readonly report: (this: void, finding: Finding) => void;
  /** Takes the line, altered beyond its own place, whose stated hash is this; `null`: there is none. */
  readonly takeStray: (this: void, hash: string) => Place | null;
  /** Where lines before the first and behind the last may stand. */
  readonly otherFiles: Pick<OtherFiles, 'before' | 'mayBeBehind'>;
}

const ALTERED = 'altered: its hash is not that of its text';

/** Most lines that are remembered as claiming one sequence. */
const MAX_RIVALS = 10;

/**
 * Starts to check a chain. It holds where each line's hash is that of its text, each names the hash of the one before
 * it, and checkpoints name lines that are there.
 *
 * INVARIANT: a line that is not what was written, or not where it was, is reported, up to the last checkpoint
 * (test/gateway/audit/verify/verifyRecord.test.ts).
 */
export function createChainCheck(options: ChainCheckOptions): ChainCheck {
  const { chain, checkpoints, takeStray, otherFiles } = options;
  const gaps = createGaps();
  /** Sequences between which and the next nothing links. */
  const breaks = new Set<number>();
  const matched: number[] = [];
  let provenTo: ChainSummary['provenTo'] = null;
  /** The line of the highest sequence, and others that claim the same. */
  let last: ChainLine | null = null;
  let rivals: ChainLine[] = [];
  let first = 0;
  let lines = 0;

  const report = (kind: FindingKind, from: number, to: number, at: Place | null, message: string): void =>
    options.report({ kind, chain, sequences: { from, to }, at, message });

  /** What is known of the last line once it is known which one it is. */
  function settle(line: ChainLine): void {
    if (isAltered(line)) {
      breaks.add(line.sequence);
      report('altered', line.sequence, line.sequence, line.at, ALTERED);
    }
    checkCheckpoints(line);
  }

  function checkCheckpoints({ sequence, own, at }: ChainLine): void {
    for (const checkpoint of checkpoints.get(sequence) ?? []) {
      if (checkpoint.hash === own) {
        matched.push(sequence);
        if (provenTo === null || provenTo.sequence < sequence) provenTo = { sequence, at };
        continue;
      }
      report(
        'checkpoint-mismatch',
        (provenTo?.sequence ?? 0) + 1,
        sequence,
        at,
        `the checkpoint ${placeText(checkpoint.at)} names another line as sequence ${sequence}: this one, or one before it, was altered`,
      );
    }
  }

  /** The last line is the one that the next names, where any does. */
  function settleLast(isIt: (line: ChainLine) => boolean): void {
    if (last === null) return;
    const claims = [last, ...rivals];
    const chosen = claims.find((line) => line.stated !== null && isIt(line)) ?? last;
    for (const line of claims) if (line !== chosen) repeated(line);
    rivals = [];
    settle(chosen);
    last = chosen;
  }

  function repeated({ sequence, at }: ChainLine): void {
    report(
      'repeated',
      sequence,
      sequence,
      at,
      'repeated or inserted: a line with this sequence stands elsewhere',
    );
  }

  function goOn(line: ChainLine): void {
    settleLast((before) => links(before, line));
    const from = (last?.sequence ?? 0) + 1;
    if (line.sequence > from) {
      const stray = line.sequence === from + 1 && !isAltered(line) ? takeStray(line.previous) : null;
      breaks.add(line.sequence - 1);
      if (last !== null) breaks.add(last.sequence);
      if (stray === null) {
        for (const gap of gaps.open({ from, to: line.sequence - 1, before: last, after: line })) missing(gap);
      } else {
        report('altered', from, from, stray, ALTERED);
      }
    } else if (last === null ? line.previous !== '' && !isAltered(line) : !links(last, line)) {
      if (last !== null) breaks.add(last.sequence);
      report(
        'replaced',
        Math.max(1, line.sequence - 1),
        line.sequence,
        last?.at ?? line.at,
        `altered or replaced: the line behind it, ${placeText(line.at)}, names another as before it`,
      );
    }
    last = line;
  }

  function comeLate(line: ChainLine): void {
    const filled = gaps.fill(line);
    if (filled === null) return repeated(line);
    const behind = last === null ? '' : ` ${last.sequence} (${placeText(last.at)})`;
    report('moved', line.sequence, line.sequence, line.at, `moved: it stands behind sequence${behind}`);
    for (const sequence of filled.mended) breaks.delete(sequence);
    for (const sequence of filled.broken) breaks.add(sequence);
    checkCheckpoints(line);
  }

  function missing({ from, to, before }: Gap): void {
    const elsewhere = before === null ? Math.min(to, otherFiles.before(checkpoints, to)) : 0;
    if (elsewhere >= from) report('elsewhere', from, elsewhere, null, 'before the given files, or missing');
    if (elsewhere < to) report('missing', Math.max(from, elsewhere + 1), to, null, 'missing');
  }

  /** What checkpoints name behind the last line. */
  function missingAtEnd(end: number): void {
    const named = [...checkpoints]
      .filter(([sequence]) => sequence > end)
      .flatMap(([sequence, each]) => each.map((by) => ({ sequence, by })))
      .toSorted((one, other) => one.sequence - other.sequence);
    const here = named.findLast(({ by }) => !otherFiles.mayBeBehind(by));
    const farthest = named.at(-1);
    const from = here?.sequence ?? end;
    if (here !== undefined) report('missing', end + 1, from, null, missingAsNamed(here.by));
    if (farthest === undefined || farthest.sequence === from) return;
    const message = `behind the given files, or ${missingAsNamed(farthest.by)}`;
    report('elsewhere', from + 1, farthest.sequence, null, message);
  }

  return {
    next: () => (last?.sequence ?? 0) + 1,
    take(line) {
      lines += 1;
      if (first === 0) first = line.sequence;
      if (last === null || line.sequence > last.sequence) goOn(line);
      else if (line.sequence < last.sequence) comeLate(line);
      else if (rivals.length < MAX_RIVALS) rivals.push(line);
      else repeated(line);
    },
    end() {
      // A line that broke off is none, where nothing was written behind it.
      let end = last?.sequence ?? 0;
      if (last?.stated === null && rivals.length === 0) {
        end -= 1;
        lines -= 1;
        report(
          'torn',
          last.sequence,
          last.sequence,
          last.at,
          'a line that broke off; its chain ends before it',
        );
      } else {
        const named = checkpoints.get(end) ?? [];
        settleLast((line) => named.some(({ hash }) => hash === line.own));
      }
      for (const gap of gaps.left()) missing(gap);
      missingAtEnd(end);
      for (const { from, to } of unprovenRanges({ first, last: end, breaks, matched })) {
        report('unproven', from, to, null, 'not proven by a checkpoint');
      }
      return { chain, first: lines === 0 ? 0 : first, last: end, lines, provenTo };
    },
  };
}

function missingAsNamed({ at }: Checkpoint): string {
  return `missing: the checkpoint ${placeText(at)} names the last of them`;
}
