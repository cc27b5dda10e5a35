import type { KeyObject } from 'node:crypto';
import { readHash, readPlace, trueHash } from '../../../policies/record/recordLine.ts';
import { createChainCheck, type ChainCheck, type ChainSummary } from './chainCheck.ts';
import { readCheckpoints, type Checkpoint, type CheckpointsByChain } from './checkpointFile.ts';
import { emptyLine, isProblem, type Finding, type Place } from './finding.ts';
import { createOtherFiles } from './otherFiles.ts';
import { readLines, type FileLine } from './readLines.ts';

/** What is to be verified. */
export interface VerifyOptions {
  /** In the order in which they were written. */
  readonly files: readonly string[];
  /** `null`: chains alone are checked. */
  readonly checkpoints: { readonly files: readonly string[]; readonly keys: readonly KeyObject[] } | null;
  /** `absent`: lines before and behind these files may stand in others, as far as times allow. */
  readonly otherFiles: 'none' | 'absent';
}

/** What was found. */
export interface Verification {
  readonly lines: number;
  readonly chains: readonly ChainSummary[];
  /** How many checkpoints count; `null`: none were given. */
  readonly checkpoints: number | null;
  /** The first of each kind, up to a thousand. */
  readonly findings: readonly Finding[];
  /** Findings that are no longer listed. */
  readonly more: number;
  /** How many of all findings say that something is wrong. */
  readonly problems: number;
}

const MAX_FINDINGS = 1_000;
/** Most lines that are remembered as not saying where they belong. */
const MAX_STRAYS = 10_000;
const NO_CHECKPOINTS: ReadonlyMap<number, readonly Checkpoint[]> = new Map();
/** A line that broke off before it said where it belongs. */
const TORN_HEAD = /^\{"chain":"[\w.-]{0,100}(?:\/[\da-f-]{0,36}(?:"[^}]{0,140})?)?$/;

/** Verifies a record in memory for its chains, its checkpoints and what is found; files may be of any size. */
export async function verifyRecord(options: VerifyOptions): Promise<Verification> {
  const { files, checkpoints } = options;
  const found = createFindings();
  // Before the lines: what is being written meanwhile has its line before its checkpoint.
  const signed: CheckpointsByChain =
    checkpoints === null
      ? new Map()
      : await readCheckpoints(checkpoints.files, checkpoints.keys, found.report);
  const otherFiles = createOtherFiles(options.otherFiles, signed);
  const report = (finding: Finding): void => {
    if (checkpoints !== null || finding.kind !== 'unproven') found.report(finding);
  };
  const strays = createStrays();
  const chains = new Map<string, ChainCheck>();
  const checkOf = (chain: string): ChainCheck => {
    let check = chains.get(chain);
    if (check === undefined) {
      const ofChain = signed.get(chain) ?? NO_CHECKPOINTS;
      const { take: takeStray } = strays;
      check = createChainCheck({ chain, checkpoints: ofChain, report, takeStray, otherFiles });
      chains.set(chain, check);
    }
    return check;
  };

  let lines = 0;
  const take = ({ file, number, bytes, ended }: FileLine): void => {
    const at: Place = { file, line: number };
    if (bytes.length === 0) return found.report(emptyLine(at));
    const place = readPlace(bytes);
    // A line that has no end is none, whatever it says.
    const stated = ended ? readHash(bytes) : null;
    const own = stated === null ? null : trueHash(bytes);
    if (place !== null) {
      const { chain, sequence, previous, time } = place;
      const isOwn = stated !== null && stated === own;
      if (isOwn) otherFiles.given(time);
      const next = chains.get(chain)?.next() ?? (stated === null ? 1 : null);
      // What was altered may say that it stands anywhere: it is believed where it fits.
      if (isOwn || next === sequence) {
        lines += 1;
        return checkOf(chain).take({ at, sequence, previous, stated, own });
      }
    }
    if (stated !== null) return strays.add([stated, own], at);
    const isTorn = TORN_HEAD.test(bytes.subarray(0, 320).toString('latin1')) || isBeginning(bytes);
    const message = isTorn ? 'the beginning of a line that broke off' : 'bytes that are no record';
    report({ kind: isTorn ? 'torn' : 'no-record', chain: null, sequences: null, at, message });
  };
  for await (const batch of readLines(files)) for (const line of batch) take(line);

  const summaries = Array.from(chains.values(), (check) => check.end());
  for (const [chain, ofChain] of signed) if (!chains.has(chain)) gone(chain, ofChain);
  for (const at of strays.left()) {
    const message = 'altered: its hash is not that of its text, and it does not fit where it says it stands';
    report({ kind: 'altered', chain: null, sequences: null, at, message });
  }

  /** A chain that checkpoints alone name. */
  function gone(chain: string, ofChain: ReadonlyMap<number, readonly Checkpoint[]>): void {
    const isElsewhere = otherFiles.mayHold(ofChain);
    const to = [...ofChain.keys()].reduce((one, other) => Math.max(one, other));
    report({
      kind: isElsewhere ? 'elsewhere' : 'missing',
      chain,
      sequences: { from: 1, to },
      at: ofChain.get(to)?.[0]?.at ?? null,
      message: `${isElsewhere ? 'outside the given files, or ' : ''}missing: a whole chain that checkpoints name`,
    });
  }

  const counted = [...signed.values()].reduce((sum, ofChain) => sum + ofChain.size, 0);
  return { lines, chains: summaries, checkpoints: checkpoints === null ? null : counted, ...found.result() };
}

function isBeginning(bytes: Buffer): boolean {
  return '{"chain":"'.startsWith(bytes.subarray(0, 20).toString('latin1'));
}

function createFindings() {
  const findings: Finding[] = [];
  let more = 0;
  let problems = 0;
  return {
    report: (finding: Finding): void => {
      if (isProblem(finding)) problems += 1;
      if (findings.length < MAX_FINDINGS) findings.push(finding);
      else more += 1;
    },
    result: () => ({ findings, more, problems }),
  };
}

/** Lines that do not say where they belong, by the hash that they state: the line behind them names it. */
function createStrays() {
  const byHash = new Map<string, Place>();
  const left = new Set<Place>();
  return {
    /** By the hash that it states, and by the one of its text: one of them is what it had. */
    add: (hashes: readonly (string | null)[], at: Place): void => {
      left.add(at);
      if (byHash.size >= MAX_STRAYS) return;
      for (const hash of hashes) if (hash !== null) byHash.set(hash, at);
    },
    take: (hash: string): Place | null => {
      const at = byHash.get(hash);
      return at !== undefined && left.delete(at) ? at : null;
    },
    left: (): Iterable<Place> => left,
  };
}
