/** A line of a file, from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/**
 * What can be found of a record:
 *
 * - `altered`: a line's hash is not that of its text.
 * - `replaced`: a line is whole, but the one behind it names another as before it.
 * - `missing`: sequences of a chain are nowhere.
 * - `moved`: a line stands behind lines that come after it.
 * - `repeated`: a sequence stands once more.
 * - `no-record`: bytes that are no line of a record.
 * - `torn`: the beginning of a line at the end of its chain, or of a checkpoint, as a write leaves it that broke off.
 * - `empty`: a line with nothing in it.
 * - `checkpoint-mismatch`: a signed checkpoint names another line.
 * - `checkpoint-invalid`: what should be a checkpoint is none, or its signature is not of the given keys.
 * - `unproven`: lines that no checkpoint reaches.
 * - `elsewhere`: what may stand in files that are not given.
 */
export type FindingKind =
  | 'altered'
  | 'replaced'
  | 'missing'
  | 'moved'
  | 'repeated'
  | 'no-record'
  | 'torn'
  | 'empty'
  | 'checkpoint-mismatch'
  | 'checkpoint-invalid'
  | 'unproven'
  | 'elsewhere';

/** One thing found. */
export interface Finding {
  readonly kind: FindingKind;
  /** `null`: it cannot be told. */
  readonly chain: string | null;
  readonly sequences: { readonly from: number; readonly to: number } | null;
  readonly at: Place | null;
  /** In words, without the chain, the sequences and the place. */
  readonly message: string;
}

/** What is as it must be, and only worth knowing. All else is wrong. */
const NOTES: readonly FindingKind[] = ['torn', 'empty', 'unproven', 'elsewhere'];

/** Whether a finding says that something is wrong. */
export function isProblem({ kind }: Finding): boolean {
  return !NOTES.includes(kind);
}

/**
 * A line with nothing in it is told, but is not wrong: an editor may have added it, and so may two gateways that write
 * to one file. What stood there before is missing from its chain.
 */
export function emptyLine(at: Place): Finding {
  return { kind: 'empty', chain: null, sequences: null, at, message: 'an empty line' };
}

/** `file:line`. */
export function placeText({ file, line }: Place): string {
  return `${file}:${line}`;
}
