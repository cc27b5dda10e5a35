import type { GraphQLDataSource } from '@apollo/gateway';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { readOwn } from '../../project/readOwn.ts';

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** Where an error about an entity stands: which of those that were asked about, and where in it. */
interface InEntity {
  readonly index: number;
  /** The concrete types of those that were asked about, in their order; `null`: who was must not show. */
  readonly asked: readonly unknown[] | null;
  readonly rest: readonly (string | number)[];
}

/** No answer can hold it: a subgraph's JSON has texts for keys. */
const IN_ENTITY: unique symbol = Symbol('in entity');

/** `unsure`: a value that is denied may have kept some objects from being asked about. */
export type AskedAbout = 'sure' | 'unsure';

/**
 * Marks the errors of an answer about entities, in place of their paths.
 *
 * The executor takes an entity's number for its place among the objects of the path. Those that it did not ask about,
 * because they are of another type or lack a key, shift the others: one row's error would show on another, and be
 * judged by that one's permissions. So it is told the path of all of them, and `entityPath` says which is meant.
 *
 * @param representations what the fetch asked about; `undefined` for one that asks about no entities.
 */
export function markEntityErrors(answer: Answer, representations: unknown, about: AskedAbout): Answer {
  const { errors } = answer;
  if (!Array.isArray(representations) || !Array.isArray(errors)) return answer;
  const types = representations.map((representation) => readOwn(representation, '__typename'));
  return { ...answer, errors: errors.map((error) => marked(error, types, about)) };
}

function marked(
  error: GraphQLFormattedError,
  types: readonly unknown[],
  about: AskedAbout,
): GraphQLFormattedError {
  const [root, index, ...rest] = Array.isArray(error.path) ? error.path : [];
  const isEntity = root === '_entities' && typeof index === 'number' && Number.isInteger(index);
  const { message, extensions = {} } = error;
  // An error that names no entity could be any's: it has no path at all.
  if (!isEntity || index < 0 || index >= types.length) return { message, extensions };
  const where: InEntity = { index, asked: about === 'sure' ? types : null, rest };
  return { message, path: [], extensions: { ...extensions, [IN_ENTITY]: where } };
}

/**
 * The path of an error that `markEntityErrors` marked, in the data of the whole answer; `null` where it was not.
 * Where it is not sure which row is meant, `@` stands for all of them.
 *
 * Where it is sure does not depend on a denied value (test/leaks/requiredInputs.test.ts).
 * One row's error is never told at another (test/leaks/rows.test.ts).
 */
export function entityPath(
  { path = [], extensions }: GraphQLError,
  data: unknown,
): readonly (string | number)[] | null {
  const where: unknown = Reflect.get(extensions, IN_ENTITY);
  if (!isInEntity(where)) return null;
  const { asked, index, rest } = where;
  if (asked === null) return [...path, ...rest];
  const rows = objectsAt(data, path, 0, []).filter(({ type }) => type === undefined || asked.includes(type));
  // Of the same types, one by one, as were asked about: then it is these.
  const isSure =
    rows.length === asked.length && rows.every(({ type }, at) => type === undefined || type === asked[at]);
  const row = isSure ? rows[index]?.path : undefined;
  return [...(row ?? path), ...rest];
}

function isInEntity(value: unknown): value is InEntity {
  return typeof value === 'object' && value !== null && 'rest' in value && 'index' in value;
}

/** An object of the answer; its type where the position can hold several. */
interface Row {
  readonly path: readonly (string | number)[];
  readonly type: unknown;
}

/** The objects that a path leads to, in order. */
function objectsAt(
  value: unknown,
  path: readonly (string | number)[],
  at: number,
  here: readonly (string | number)[],
): readonly Row[] {
  if (typeof value !== 'object' || value === null) return [];
  const step = path[at];
  if (Array.isArray(value)) {
    const next = step === '@' ? at + 1 : at;
    return value.flatMap((item, index) => objectsAt(item, path, next, [...here, index]));
  }
  if (step === undefined) return [{ path: here, type: readOwn(value, '__typename') }];
  return objectsAt(readOwn(value, String(step)), path, at + 1, [...here, step]);
}
