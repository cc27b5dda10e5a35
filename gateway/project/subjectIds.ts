import type { ScopeShape } from './shape.ts';
import { readOwn } from './readOwn.ts';

/** Subject ids that a scope leads to, each with its namespace; `null`: unresolved, which is not permission. */
export type SubjectIds = readonly string[] | null;

/**
 * Reads the subjects of one scope from the object that it is relative to. A path that cannot be followed, a
 * null on the way, an empty list, or an id that is no string or integer leaves all of them unresolved.
 */
export function subjectIds(object: unknown, scope: ScopeShape): SubjectIds {
  const ids: string[] = [];
  for (const { keys, namespace } of scope.paths) {
    if (keys === null || !follow(object, keys, 0, namespace, ids)) return null;
  }
  return ids.length === 0 ? null : ids;
}

function follow(
  value: unknown,
  keys: readonly string[],
  at: number,
  namespace: string,
  into: string[],
): boolean {
  if (Array.isArray(value)) {
    return value.length > 0 && value.every((item) => follow(item, keys, at, namespace, into));
  }
  const key = keys[at];
  if (key !== undefined) return follow(readOwn(value, key), keys, at + 1, namespace, into);
  const id = idOf(value);
  if (id === null) return false;
  into.push(namespace === '' ? id : `${namespace}:${id}`);
  return true;
}

function idOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : null;
}
