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
  const rowsByEntry = new Map<string, { entry: Omit<MaskedEntry, 'rows'>; rows: (readonly number[])[] }>();
  return {
    add(guard, decision, shown, indices) {
      const reason = told(decision.reason, disclosure);
      const retryable = decision.reason === 'CONSENT_UNAVAILABLE';
      const { coordinate, path, category } = guard.report;
      const key = `${path}\n${coordinate}\n${shown}\n${reason}\n${retryable}`;
      let known = rowsByEntry.get(key);
      if (known === undefined) {
        known = { entry: { coordinate, path, category, decision: shown, reason, retryable }, rows: [] };
        rowsByEntry.set(key, known);
      }
      if (indices.length > 0) known.rows.push([...indices]);
    },
    entries: () =>
      [...rowsByEntry.values()].map(({ entry: { coordinate, path, ...rest }, rows }) => ({
        coordinate,
        path,
        rows: ranges(rows),
        ...rest,
      })),
  };
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
function ranges(rows: readonly (readonly number[])[]): string[] {
  const found: { prefix: string; first: number; last: number }[] = [];
  for (const row of rows) {
    const prefix = row
      .slice(0, -1)
      .map((index) => `${index}.`)
      .join('');
    const index = row[row.length - 1] ?? 0;
    const open = found[found.length - 1];
    if (open !== undefined && open.prefix === prefix && open.last + 1 === index) open.last = index;
    else if (open === undefined || open.prefix !== prefix || open.last !== index) {
      found.push({ prefix, first: index, last: index });
    }
  }
  return found.map(({ prefix, first, last }) => `${prefix}${first === last ? first : `${first}-${last}`}`);
}
