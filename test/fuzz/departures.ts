import type { Path } from './oracle.ts';

/** One answer, taken apart for comparing. */
export interface Told {
  readonly data: unknown;
  readonly errors: readonly { readonly path: Path; readonly code: unknown }[];
  /** The access record. */
  readonly record: unknown;
  /** Representations that subgraphs were sent, call by call. */
  readonly representations: readonly (readonly unknown[])[];
}

/** One case that both executors answered, and not alike. */
export interface Both {
  readonly compiled: Told;
  readonly reference: Told;
  /** Interfaces that a subgraph knows as one object. */
  readonly interfaceObjects: ReadonlySet<string>;
  /** Whether a resolver of the oracle failed at a place of the answer. */
  readonly hasFailed: (path: Path) => boolean;
}

/** A way in which the reference executor departs; the compiled one answers as the oracle in all of them. */
export interface Departure {
  readonly part: 'data' | 'errors' | 'record';
  readonly why: string;
  /** Whether it is this, and nothing else, that tells the two answers apart. */
  readonly explains: (both: Both) => boolean;
}

/** All that are known. Whatever none of them explains is a defect of one of the two. */
export const DEPARTURES: readonly Departure[] = Object.freeze([
  {
    part: 'data',
    why:
      'In a list of lists of objects that another subgraph requires, the executor of @apollo/gateway sends null for ' +
      'each inner list, so that what is made of it is made of nulls.',
    explains: ({ compiled, reference }) => {
      const [ours, theirs] = [compiled, reference].map(({ representations }) => ({
        sent: JSON.stringify(distinct(representations)),
        lost: JSON.stringify(distinct(representations.map((call) => call.map(withoutInnerLists)))),
      }));
      return (
        ours?.sent !== theirs?.sent &&
        ours?.lost === theirs?.lost &&
        differInLeavesAlone(compiled.data, reference.data)
      );
    },
  },
  {
    part: 'errors',
    why:
      'An entity that a subgraph knows as an interface object is sent under the interface’s name, by which the ' +
      'reference cannot tell its row: it tells of the list, where the compiled executor tells of each row that failed.',
    explains: ({ compiled, reference, interfaceObjects, hasFailed }) => {
      const isSent = reference.representations
        .flat()
        .some((each) => isRecord(each) && interfaceObjects.has(String(each['__typename'])));
      const exact = without(compiled.errors, reference.errors);
      const vague = without(reference.errors, compiled.errors);
      return (
        isSent &&
        exact.length > 0 &&
        [...exact, ...vague].every(({ code }) => code === 'SUBGRAPH_ERROR') &&
        exact.every(
          ({ path }) => hasFailed(path) && reference.errors.some((error) => isRowOf(path, error.path)),
        ) &&
        vague.every((error) => exact.some(({ path }) => isRowOf(path, error.path)))
      );
    },
  },
  {
    part: 'record',
    why:
      'The compiled executor leaves in the data what the planner fetched for itself, such as keys. Of a denial that ' +
      'rests on somebody unknown, the record may then name the others whom the value is about.',
    explains: ({ compiled, reference }) =>
      JSON.stringify(withoutUnresolved(compiled.record)) ===
      JSON.stringify(withoutUnresolved(reference.record)),
  },
] satisfies Departure[]);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What calls sent, each representation once, in any order. */
function distinct(calls: readonly (readonly unknown[])[]): readonly string[] {
  return calls.map((call) => [...new Set(call.map((each) => JSON.stringify(each)))].join()).sort();
}

/** A representation, with null in place of every list within a list that holds no leaf. */
function withoutInnerLists(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown) =>
      Array.isArray(item) && !hasLeaf(item) ? null : withoutInnerLists(item),
    );
  }
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutInnerLists(each)]))
    : value;
}

function hasLeaf(list: readonly unknown[]): boolean {
  return list.flat(Infinity).some((item) => item !== null && !isRecord(item));
}

function differInLeavesAlone(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => differInLeavesAlone(item, b[index]));
  }
  if (!isRecord(a) || !isRecord(b)) return typeof a === typeof b && !isRecord(a) && !isRecord(b);
  const others = new Map(Object.entries(b));
  return (
    JSON.stringify(Object.keys(a)) === JSON.stringify(Object.keys(b)) &&
    Object.entries(a).every(([key, value]) => differInLeavesAlone(value, others.get(key)))
  );
}

function without(errors: Told['errors'], others: Told['errors']): Told['errors'] {
  const known = new Set(others.map((error) => JSON.stringify(error)));
  return errors.filter((error) => !known.has(JSON.stringify(error)));
}

/** Whether a path leads to a row, or into one, of the list that another path leads to. */
function isRowOf(path: Path, list: Path): boolean {
  return list.every((step, index) => path[index] === step) && typeof path[list.length] === 'number';
}

/** An access record without those whom a value is about of which somebody is unknown. */
function withoutUnresolved(record: unknown): unknown {
  if (!isRecord(record) || !Array.isArray(record['groups'])) return record;
  const groups: readonly unknown[] = record['groups'];
  const outcomes = groups.flatMap((group) => {
    if (!isRecord(group) || group['reason'] !== 'SUBJECT_UNRESOLVED') return [JSON.stringify(group)];
    const { subjects: _, coordinates, ...outcome } = group;
    // Those without subjects stand together.
    return (Array.isArray(coordinates) ? coordinates : []).map((coordinate: unknown) =>
      JSON.stringify([outcome, coordinate]),
    );
  });
  return { ...record, groups: [...new Set(outcomes)].sort() };
}
