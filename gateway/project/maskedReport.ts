import type { Decision, DenialReason } from '../../policies/decision.ts';
import { SUBJECT_DENIALS } from '../../policies/decision.ts';
import type { Guard } from './shape.ts';

/** One entry of `extensions.privacy.masked`: which rows of which field do not show their value, and why. */
export interface MaskedEntry {
  readonly coordinate: string;
  /** Response keys from the root, `[]` after each list. */
  readonly path: string;
  /** Row numbers along the lists of `path`: `0-3`, or `2.0-1` for rows 0 and 1 within row 2. */
  readonly rows: readonly string[];
  readonly category: string;
  readonly decision: 'masked' | 'denied' | 'rejected';
  readonly reason: string;
  /** Whether the same request may show more a moment later, since consent could not be read. */
  readonly retryable: boolean;
}

/** Gathers what was masked while an answer is projected. */
export interface MaskedReport {
  add(guard: Guard, decision: Decision, shown: MaskedEntry['decision'], indices: readonly number[]): void;
  entries(): readonly MaskedEntry[];
}

/** Reasons that a client may be told: those of `--dev` are the true ones. */
export type Disclosure = 'collapsed' | 'true-reasons';

/**
 * Creates the report of one answer.
 *
 * INVARIANT: it depends on decisions and row numbers alone, never on a hidden value or its nullness
 * (test/gateway/project/maskedReport.test.ts).
 */
export function createMaskedReport(disclosure: Disclosure): MaskedReport {
  const entries = new Map<string, Entry>();
  const byGuard = new Map<Guard, Found[]>();

  const entryOf = (guard: Guard, { reason: asked }: Decision, shown: MaskedEntry['decision']): Entry => {
    const reason = told(asked, disclosure);
    const retryable = asked === 'CONSENT_UNAVAILABLE';
    const { coordinate, path, category } = guard.report;
    const key = `${path}\n${coordinate}\n${shown}\n${reason}\n${retryable}`;
    let entry = entries.get(key);
    if (entry === undefined) {
      entry = { coordinate, path, category, decision: shown, reason, retryable, ranges: [] };
      entries.set(key, entry);
    }
    return entry;
  };

  return {
    add(guard, decision, shown, indices) {
      let found = byGuard.get(guard);
      if (found === undefined) byGuard.set(guard, (found = []));
      const { reason } = decision;
      let known: Found | undefined;
      for (const each of found) if (each.reason === reason && each.shown === shown) known = each;
      if (known === undefined) {
        known = { reason, shown, entry: entryOf(guard, decision, shown) };
        found.push(known);
      }
      addRow(known.entry.ranges, indices);
    },
    entries: () =>
      [...entries.values()].map(({ coordinate, path, ranges, ...rest }) => ({
        coordinate,
        path,
        rows: ranges.map(rangeText),
        ...rest,
      })),
  };
}

interface Entry extends Omit<MaskedEntry, 'rows'> {
  readonly ranges: Range[];
}

/** An entry of one guard, by what is known of it before any text is made. */
interface Found {
  readonly reason: Decision['reason'];
  readonly shown: MaskedEntry['decision'];
  readonly entry: Entry;
}

/** Consecutive rows of the innermost list, with the row numbers of the lists around it. */
interface Range {
  readonly around: readonly number[];
  readonly first: number;
  last: number;
}

/** A person's refusal is itself personal: reasons that depend on the subject are told apart to nobody. */
function told(reason: Decision['reason'], disclosure: Disclosure): string {
  if (disclosure === 'true-reasons') return reason;
  return isSubjectDenial(reason)
    ? 'NOT_PERMITTED'
    : reason === 'CONSENT' || reason === 'NOTIFIED'
      ? 'MASKED'
      : reason;
}

function isSubjectDenial(reason: Decision['reason']): reason is DenialReason {
  return SUBJECT_DENIALS.some((each) => each === reason);
}

/** Consecutive rows under one parent become a range. Rows come in the order of the walk, each once. */
function addRow(ranges: Range[], indices: readonly number[]): void {
  const index = indices[indices.length - 1];
  if (index === undefined) return;
  const open = ranges[ranges.length - 1];
  if (open !== undefined && isBeside(open, indices)) {
    if (open.last === index) return;
    if (open.last + 1 === index) {
      open.last = index;
      return;
    }
  }
  ranges.push({ around: indices.length === 1 ? NONE : indices.slice(0, -1), first: index, last: index });
}

const NONE: readonly never[] = [];

function isBeside({ around }: Range, indices: readonly number[]): boolean {
  if (around.length !== indices.length - 1) return false;
  for (let depth = 0; depth < around.length; depth++) if (around[depth] !== indices[depth]) return false;
  return true;
}

function rangeText({ around, first, last }: Range): string {
  const rows = first === last ? String(first) : `${first}-${last}`;
  return around.length === 0 ? rows : `${around.join('.')}.${rows}`;
}
