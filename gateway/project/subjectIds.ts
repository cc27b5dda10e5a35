import type { ScopeShape } from './shape.ts';
import { readOwn } from './readOwn.ts';

/** Subject ids that a scope leads to, each with its namespace; `null`: unresolved, which is not permission. */
export type SubjectIds = readonly string[] | null;

/**
 * Reads the subjects of one scope from the object that it is relative to. A path that cannot be followed, a
 * null on the way, an empty list, or an id that is no string or integer leaves all of them unresolved.
 */
export function subjectIds(object: unknown, scope: ScopeShape): SubjectIds {
  let ids: string[] | null = null;
  for (const { keys, namespace } of scope.paths) {
    ids = keys === null ? null : follow(object, keys, 0, namespace, ids);
    if (ids === null) return null;
  }
  return ids;
}

/** `known` with the ids that a path leads to; `null`: it cannot be followed. A list is made for the first one only. */
function follow(
  value: unknown,
  keys: readonly string[],
  at: number,
  namespace: string,
  known: string[] | null,
): string[] | null {
  if (Array.isArray(value)) {
    if (value.length === 0) return null;
    let ids = known;
    for (const item of value) {
      ids = follow(item, keys, at, namespace, ids);
      if (ids === null) return null;
    }
    return ids;
  }
  const key = keys[at];
  if (key !== undefined) return follow(readOwn(value, key), keys, at + 1, namespace, known);
  const id = idOf(value);
  if (id === null) return null;
  const subject = namespace === '' ? id : `${namespace}:${id}`;
  // Most objects are about one person, and an empty list that is added to has room for many.
  if (known === null) return [subject];
  known.push(subject);
  return known;
}

function idOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : null;
}
