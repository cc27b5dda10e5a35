import type { Place } from './finding.ts';

/** One line as it stands, of a chain that it names itself. */
export interface ChainLine {
  readonly at: Place;
  readonly sequence: number;
  readonly previous: string;
  /** What it states; `null`: it breaks off before. */
  readonly stated: string | null;
  /** What its text has; `null` where nothing is stated. */
  readonly own: string | null;
}

/** Whether a line is not as it was hashed. */
export function isAltered({ stated, own }: ChainLine): boolean {
  return stated === null || stated !== own;
}

/** Whether a line names another as before it. What was altered may have been linked rightly before. */
export function links(before: ChainLine, line: ChainLine): boolean {
  if (isAltered(line) || before.stated === null) return true;
  return line.previous === before.own || line.previous === before.stated;
}
