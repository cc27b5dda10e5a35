import { GraphQLError } from 'graphql';
import type { SubgraphError } from './executor.ts';
import { isRow, type Reading, type Row } from './reading.ts';
import type { Asked } from './representations.ts';
import { pathsOf } from './rowsAt.ts';

/** Where the answer of a fetch is merged. */
export interface Place {
  readonly data: Row;
  readonly rows: readonly Row[];
  /** The way to them: keys, and `@` for every item of a list. */
  readonly path: readonly string[];
}

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
 */
export function fetchErrors(input: FetchErrorsInput): readonly SubgraphError[] {
  const { subgraph } = input;
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
    const paths = Array.isArray(given) ? pathsIn(given, input) : null;
    return (paths ?? [null]).map((path) => ({ subgraph, from: 'answer' as const, path, cause }));
  });
}

/** What a subgraph sent as an error, which may be anything. */
function partsOf(error: unknown): {
  readonly path?: unknown;
  readonly message?: unknown;
  readonly extensions?: unknown;
} {
  return isRow(error) ? error : {};
}

/** `null` where it cannot be known what is meant. */
function pathsIn(given: readonly unknown[], input: FetchErrorsInput): readonly Path[] | null {
  const { reading, place, asked, about } = input;
  if (asked === null) {
    const path = inData(given, reading);
    return path === null ? null : [[...place.path, ...path]];
  }
  const [root, number, ...rest] = given;
  const path = inData(rest, reading);
  // An error that names no entity could be any's: it has no path at all.
  if (root !== '_entities' || typeof number !== 'number' || path === null) return null;
  const meant = new Set(place.rows.filter((_, index) => asked.numbers[index] === number));
  if (meant.size === 0) return null;
  const found = about === 'sure' ? [...pathsOf(place.data, place.path, meant).values()] : [];
  return (found.length === 0 ? [place.path] : found).map((row) => [...row, ...path]);
}

/** A path by the keys of the merged data; `null` where it leads to what was not asked for. */
function inData(path: readonly unknown[], reading: Reading): Path | null {
  const found: (string | number)[] = [];
  let at: Reading | null = reading;
  for (const step of path) {
    if (typeof step === 'number' && Number.isInteger(step)) {
      found.push(step);
      continue;
    }
    const field: Reading['fields'][number] | undefined = at?.fields.find(({ from }) => from === step);
    if (field === undefined) return null;
    found.push(field.to);
    at = field.below;
  }
  return found;
}
