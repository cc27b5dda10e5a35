import { isRow, type Row } from './reading.ts';
import { readKey } from './rowKeys.ts';

/** One step to objects: `key: null` for every item of a list. */
export interface PathStep {
  readonly key: string | null;
  /** Concrete types that go on from here; `null`: all. */
  readonly types: ReadonlySet<string> | null;
}

/** The objects that a path leads to, in order. What is no object is left out, and so is what is not there. */
export function rowsAt(rows: readonly Row[], path: readonly PathStep[]): readonly Row[] {
  const found: Row[] = [];
  for (const row of rows) gather(row, path, 0, found);
  return found;
}

function gather(value: unknown, path: readonly PathStep[], at: number, into: Row[]): void {
  const step = path[at];
  if (step === undefined) {
    if (isRow(value)) into.push(value);
    return;
  }
  if (step.key === null) {
    if (!Array.isArray(value)) return;
    for (const item of value) if (isOf(item, step.types)) gather(item, path, at + 1, into);
    return;
  }
  if (!isRow(value)) return;
  const next = readKey(value, step.key);
  if (isOf(next, step.types)) gather(next, path, at + 1, into);
}

/** Whether a value is of one of some types; a list is asked about its items. */
function isOf(value: unknown, types: ReadonlySet<string> | null): boolean {
  if (types === null || Array.isArray(value)) return true;
  const typename = isRow(value) ? readKey(value, '__typename') : undefined;
  return typeof typename === 'string' && types.has(typename);
}

/** Where objects stand in the data, with indices in place of `@`: for errors, of which there are few. */
export function pathsOf(
  data: Row,
  path: readonly string[],
  wanted: ReadonlySet<Row>,
): ReadonlyMap<Row, readonly (string | number)[]> {
  const found = new Map<Row, readonly (string | number)[]>();

  const follow = (value: unknown, at: number, here: readonly (string | number)[]): void => {
    const step = path[at];
    if (step === undefined) {
      if (isRow(value) && wanted.has(value)) found.set(value, here);
    } else if (step === '@') {
      if (Array.isArray(value)) value.forEach((item, index) => follow(item, at + 1, [...here, index]));
    } else if (isRow(value)) follow(readKey(value, step), at + 1, [...here, step]);
  };

  follow(data, 0, []);
  return found;
}
