import type { Place } from './place.ts';
import { isRow, type Row } from './reading.ts';
import type { RewriteStep } from './rewrites.ts';
import { readKey } from './rowKeys.ts';
import { pathsOf } from './rowsAt.ts';

/** An argument that takes its value from an object above, by `@fromContext`. */
export interface Context {
  /** The operation's variable that stands for it. */
  readonly variable: string;
  /** Whether null stands for a value that is not there. */
  readonly isNullable: boolean;
  /** How many objects up. */
  readonly up: number;
  readonly path: readonly RewriteStep[];
  readonly key: string;
}

/** Objects that take equal values from above. */
export interface SameContext {
  readonly rows: readonly Row[];
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Objects by what they take from above, since an operation has one value for each variable. What is not there is null,
 * so that it shows in nothing else that is asked with it; where the argument cannot be null, the object is left out, as
 * one is of which a required field is missing.
 */
export function byContext(place: Place, contexts: readonly Context[]): readonly SameContext[] {
  const paths = pathsOf(place.data, place.path, new Set(place.rows));
  const groups = new Map<string, { readonly rows: Row[]; readonly variables: Record<string, unknown> }>();
  for (const row of place.rows) {
    const variables = valuesFor(ancestors(place.data, paths.get(row) ?? []), contexts);
    if (variables === null) continue;
    const key = JSON.stringify(variables);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { rows: [row], variables });
    else known.rows.push(row);
  }
  return [...groups.values()];
}

/** The objects on the way to the one at a path, the nearest first; that one itself is `0` up. */
function ancestors(data: Row, path: readonly (string | number)[]): readonly Row[] {
  const above: Row[] = [data];
  let at: unknown = data;
  for (const step of path) {
    if (typeof step === 'number') at = Array.isArray(at) ? (at as readonly unknown[])[step] : undefined;
    else at = isRow(at) ? readKey(at, step) : undefined;
    if (isRow(at)) above.unshift(at);
  }
  return above;
}

/** The values of all variables; `null` where one of them is not there. */
function valuesFor(above: readonly Row[], contexts: readonly Context[]): Record<string, unknown> | null {
  const values: Record<string, unknown> = {};
  for (const { variable, up, path, key } of contexts) {
    if (values[variable] !== undefined) continue;
    const value = valueAt(above[up], path, key);
    if (value !== undefined) values[variable] = value;
  }
  for (const { variable, isNullable } of contexts) {
    if (values[variable] === undefined && isNullable) values[variable] = null;
  }
  return contexts.every(({ variable }) => values[variable] !== undefined) ? values : null;
}

/** A null on the way is what the argument gets. */
function valueAt(from: Row | undefined, path: readonly RewriteStep[], key: string): unknown {
  let at: unknown = from;
  for (const step of path) {
    if (at === null) return null;
    if (!isRow(at)) return undefined;
    if (step.kind === 'key') at = readKey(at, step.key);
    else if (!step.types.has(String(readKey(at, '__typename')))) return undefined;
  }
  if (at === null) return null;
  return isRow(at) ? readKey(at, key) : undefined;
}
