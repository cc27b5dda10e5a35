import type { FetchDataKeyRenamer } from '@apollo/query-planner';
import { readOwn } from '../../project/readOwn.ts';

/**
 * Gives fields their names back in a copy's objects, in place, whatever their values.
 *
 * Paths are followed without their type conditions: a key of the planner's own stands where the type is right alone.
 *
 * @param data of a fetch; of a fetch of entities, `_entities` is where the paths start.
 */
export function renameKeys(data: object, renames: readonly FetchDataKeyRenamer[]): void {
  const roots: unknown = Object.hasOwn(data, '_entities') ? readOwn(data, '_entities') : data;
  for (const { path, renameKeyTo } of renames) {
    rename(
      roots,
      path.filter((each) => !each.startsWith('... on ')),
      renameKeyTo,
    );
  }
}

function rename(value: unknown, [key, ...rest]: readonly string[], to: string): void {
  if (Array.isArray(value)) {
    for (const each of value) rename(each, [key ?? '', ...rest], to);
    return;
  }
  if (typeof value !== 'object' || value === null || key === undefined || !Object.hasOwn(value, key)) return;
  if (rest.length > 0) {
    rename(readOwn(value, key), rest, to);
    return;
  }
  Object.defineProperty(value, to, {
    value: readOwn(value, key),
    enumerable: true,
    writable: true,
    configurable: true,
  });
  Reflect.deleteProperty(value, key);
}
