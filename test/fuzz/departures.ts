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
  /** Whether nothing but that no answer could be made of what subgraphs gave, though none is named. */
  readonly isThrown: boolean;
}

/** One case that both executors answered, and not alike. */
export interface Both {
  readonly compiled: Told;
  readonly reference: Told;
  /** Interfaces that a subgraph knows as one object. */
  readonly interfaceObjects: ReadonlySet<string>;
  /** Fields that give lists of lists of objects. */
  readonly grids: ReadonlySet<string>;
  /** Fields that give a list of objects on one type and an object on another. */
  readonly uneven: ReadonlySet<string>;
  /** Whether a resolver of the oracle failed at a place of the answer, or where null went up over it. */
  readonly hasFailed: (path: Path) => boolean;
}

/** A way in which the reference executor departs; the compiled one answers as the oracle in all of them. */
export interface Departure {
  readonly parts: readonly ('data' | 'errors' | 'extensions' | 'record')[];
  readonly why: string;
  /** Whether it is this, and nothing else, that tells the two answers apart. */
  readonly explains: (both: Both) => boolean;
}

/** All that are known. Whatever none of them explains is a defect of one of the two. */
export const DEPARTURES: readonly Departure[] = Object.freeze([
  {
    parts: ['data'],
    why:
      'In a list of lists of objects that another subgraph requires, the executor of @apollo/gateway sends null for ' +
      'each inner list, so that what is made of it is made of nulls.',
    explains: ({ compiled, reference }) => {
      const [ours, theirs] = [compiled, reference].map(({ representations }) => ({
        sent: JSON.stringify(distinct(representations.map((call) => call.map(withoutMade)))),
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
    parts: ['data', 'errors', 'extensions', 'record'],
    why:
      'Of a list of lists of objects that two calls give, the executor of @apollo/gateway keeps what the last one gave. ' +
      'What is lost may have been a value, a subject id or an input of another field, so that anything told of them ' +
      'may differ.',
    explains: ({ compiled, reference, grids }) => {
      const queries = [...new Set(reference.queries)];
      const isLost = [...grids].some(
        (name) => queries.filter((query) => new RegExp(`\\b${name}\\{`).test(query)).length > 1,
      );
      return isLost && differences(compiled.data, reference.data, []).every(isInGridOrMadeOfIt);
    },
  },
  {
    parts: ['data', 'errors', 'extensions', 'record'],
    why:
      'Where a field is a list on one type and an object on another, a plan’s path goes through the list alone. The ' +
      'executor of @apollo/gateway throws where it meets the object, and nothing is answered.',
    explains: ({ compiled, reference, uneven }) =>
      !compiled.isThrown &&
      reference.isThrown &&
      reference.queries.some((query) => [...uneven].some((name) => new RegExp(`\\b${name}\\{`).test(query))),
  },
  {
    parts: ['errors'],
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
    parts: ['errors'],
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
    parts: ['record'],
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

/**
 * A representation, with null in place of every list within a list that holds no leaf, and without what texts were made
 * of: what is made of such lists may in turn be sent for something else.
 */
function withoutInnerLists(value: unknown): unknown {
  if (typeof value === 'string') return withoutMade(value);
  if (Array.isArray(value)) {
    return value.map((item: unknown) =>
      Array.isArray(item) && !hasLeaf(item) ? null : withoutInnerLists(item),
    );
  }
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutInnerLists(each)]))
    : value;
}

function withoutMade(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/<[^]*>/, '<>');
  if (Array.isArray(value)) return value.map(withoutMade);
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutMade(each)]))
    : value;
}

function hasLeaf(list: readonly unknown[]): boolean {
  return list.flat(Infinity).some((item) => item !== null && !isRecord(item));
}

function differInLeavesAlone(a: unknown, b: unknown): boolean {
  return differences(a, b, []).every(
    ({ ours, theirs }) =>
      ours !== null &&
      theirs !== null &&
      typeof ours === typeof theirs &&
      [ours, theirs].every((each) => !isRecord(each) && !Array.isArray(each)),
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

/** A place where two answers differ, with what stands there. */
interface Difference {
  readonly path: Path;
  readonly ours: unknown;
  readonly theirs: unknown;
}

function differences(ours: unknown, theirs: unknown, path: Path): readonly Difference[] {
  if (Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length) {
    return ours.flatMap((item, index) => differences(item, theirs[index], [...path, index]));
  }
  if (isRecord(ours) && isRecord(theirs)) {
    const others = new Map(Object.entries(theirs));
    return Object.entries(ours).flatMap(([key, each]) => differences(each, others.get(key), [...path, key]));
  }
  return ours === theirs ? [] : [{ path, ours, theirs }];
}

/** Below a list of lists, nulled by something that was, or a text that was made of it. */
function isInGridOrMadeOfIt({ path, ours, theirs }: Difference): boolean {
  const isBelow = path.some((step, index) => typeof step === 'number' && typeof path[index + 1] === 'number');
  return isBelow || theirs === null || (typeof ours === 'string' && typeof theirs === 'string');
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
