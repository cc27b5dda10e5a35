import type { Path } from './oracle.ts';

/** One answer, taken apart for comparing. */
export interface Told {
  readonly data: unknown;
  readonly errors: readonly { readonly path: Path; readonly code: unknown }[];
  /** The access record. */
  readonly record: unknown;
  /** Representations that subgraphs were sent, call by call. */
  readonly representations: readonly (readonly unknown[])[];
  /** Operations that subgraphs were sent. */
  readonly queries: readonly string[];
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
      'reference cannot tell its row: it tells of the list, or of nothing where some row is denied. The compiled ' +
      'executor tells of each row that failed.',
    explains: (both) => {
      const { exact, vague } = failuresApart(both);
      const isSent = both.reference.representations
        .flat()
        .some((each) => isRecord(each) && both.interfaceObjects.has(String(each['__typename'])));
      return (
        isSent &&
        exact.length > 0 &&
        exact.every((path) => path.some((step) => typeof step === 'number')) &&
        vague.every((list) => exact.some((path) => isRowOf(path, list)))
      );
    },
  },
  {
    part: 'errors',
    why:
      'Fields that would clash in a subgraph have keys of the planner’s own there. The reference leaves such a key in ' +
      'the path of an error, and so tells of it nowhere in particular, or not at all where something is denied.',
    explains: (both) => {
      const { exact, vague } = failuresApart(both);
      const isSent = both.reference.queries.some((query) => /\b\w+__alias_\d+:/.test(query));
      return isSent && exact.length > 0 && vague.every((path) => path.length === 0);
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

/**
 * Paths of errors of subgraphs that one executor tells alone: `exact` the compiled one, all of them where the oracle
 * failed, and `vague` the reference. Other errors that differ are none of either.
 */
function failuresApart({ compiled, reference, hasFailed }: Both): Record<'exact' | 'vague', readonly Path[]> {
  const ours = without(compiled.errors, reference.errors);
  const theirs = without(reference.errors, compiled.errors);
  const areFailures =
    [...ours, ...theirs].every(({ code }) => code === 'SUBGRAPH_ERROR') &&
    ours.every(({ path }) => hasFailed(path));
  return areFailures
    ? { exact: ours.map(({ path }) => path), vague: theirs.map(({ path }) => path) }
    : { exact: [], vague: [] };
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
