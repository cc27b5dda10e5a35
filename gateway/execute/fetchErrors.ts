import { GraphQLError } from 'graphql';
import type { SubgraphError } from './executor.ts';
import type { Place } from './place.ts';
import { isRow, type Reading } from './reading.ts';
import type { Asked } from './representations.ts';
import { pathsOf } from './rowsAt.ts';

/** One answer's errors. */
export interface FetchErrorsInput {
  readonly subgraph: string;
  readonly errors: readonly unknown[];
  readonly reading: Reading;
  readonly place: Place;
  /** `null`: it was no fetch of entities. */
  readonly asked: Asked | null;
  readonly about: 'sure' | 'unsure';
}

type Path = readonly (string | number)[];

/**
 * A subgraph's errors, each at its place in the data. An entity's error is told at every object that was asked about
 * by the same representation. Where it must not show who was asked about, `@` stands for all of them.
 *
 * INVARIANT: a path that a subgraph gave is kept only where it is made of what was asked for, since anything may be
 * written into it (test/leaks/logs.test.ts).
 * INVARIANT: one row's error is never told at another (test/leaks/rows.test.ts).
 * INVARIANT: where it is sure does not depend on a denied value (test/leaks/requiredInputs.test.ts).
 */
export function fetchErrors(input: FetchErrorsInput): readonly SubgraphError[] {
  const { subgraph } = input;
  if (input.errors.length === 0) return NO_ERRORS;
  const rowsOf = rowsByNumber(input);
  return input.errors.flatMap((error) => {
    const { path: given, message, extensions } = partsOf(error);
    const cause = new GraphQLError(
      typeof message === 'string' ? message : 'A subgraph answered with an error.',
      {
        extensions: {
          code: 'DOWNSTREAM_SERVICE_ERROR',
          ...(isRow(extensions) ? extensions : {}),
          serviceName: subgraph,
        },
      },
    );
    const paths = Array.isArray(given) ? pathsIn(given, input, rowsOf) : null;
    return (paths ?? [null]).map((path) => ({ subgraph, from: 'answer' as const, path, cause }));
  });
}

const NO_ERRORS: readonly never[] = Object.freeze([]);

/** What a subgraph sent as an error, which may be anything. */
function partsOf(error: unknown): {
  readonly path?: unknown;
  readonly message?: unknown;
  readonly extensions?: unknown;
} {
  return isRow(error) ? error : {};
}

/** `null` where it cannot be known what is meant. */
function pathsIn(
  given: readonly unknown[],
  { reading, place, asked }: FetchErrorsInput,
  rowsOf: (number: number) => readonly Path[] | undefined,
): readonly Path[] | null {
  if (asked === null) {
    const path = inData(given, reading);
    return path === null ? null : [[...place.path, ...path]];
  }
  const [root, number, ...rest] = given;
  const path = inData(rest, reading);
  // An error that names no entity could be any's: it has no path at all.
  if (root !== '_entities' || typeof number !== 'number' || path === null) return null;
  return rowsOf(number)?.map((row) => [...row, ...path]) ?? null;
}

/**
 * Where the rows of each representation stand: `@` for all of them where it must not show who was asked about. The data
 * is gone through once for all errors, of which there may be one for each row.
 */
function rowsByNumber({
  place,
  asked,
  about,
}: FetchErrorsInput): (number: number) => readonly Path[] | undefined {
  if (asked === null) return () => undefined;
  if (about === 'unsure') {
    return (number) => (asked.representations[number] === undefined ? undefined : [place.path]);
  }
  let known: Map<number, Path[]> | null = null;
  return (number) => {
    if (known === null) {
      known = new Map();
      const paths = pathsOf(place.data, place.path, new Set(place.rows));
      for (const [index, row] of place.rows.entries()) {
        const of = asked.numbers[index] ?? -1;
        if (of < 0) continue;
        const path = paths.get(row) ?? place.path;
        const rows = known.get(of);
        if (rows === undefined) known.set(of, [path]);
        else rows.push(path);
      }
    }
    return known.get(number);
  };
}

/** A path by the keys of the merged data; `null` where it leads to what was not asked for. */
function inData(path: readonly unknown[], reading: Reading): Path | null {
  const found: (string | number)[] = [];
  let at: Reading['fields'] = reading.fields;
  for (const step of path) {
    if (typeof step === 'number' && Number.isInteger(step)) {
      found.push(step);
      continue;
    }
    const fields: Reading['fields'] = at.filter(({ from }) => from === step);
    const [field] = fields;
    if (field === undefined) return null;
    found.push(field.to);
    at = fields.flatMap(({ below }) => below?.fields ?? []);
  }
  return found;
}
