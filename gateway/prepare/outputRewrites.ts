import type { FetchDataRewrite, FetchNode } from '@apollo/query-planner';

/**
 * The rewrites of a fetch's data that concern what is below some objects of it, as rewrites of one of those objects.
 * The planner gives fields that would clash in a subgraph keys of its own, and has their names restored afterwards;
 * a field that is fetched apart keeps its key.
 *
 * @param below from the fetch's data to the objects; `@` after each list.
 */
export function rewritesBelow(
  { outputRewrites = [] }: FetchNode,
  below: readonly string[],
): FetchDataRewrite[] {
  return outputRewrites.flatMap((rewrite) => {
    const rest = pathBelow(rewrite.path, keysOf(below));
    return rest === null ? [] : [{ ...rewrite, path: rest }];
  });
}

/** The path to objects as it is in the merged data, where renamed fields have their names again. */
export function renamed({ outputRewrites = [] }: FetchNode, path: readonly string[]): readonly string[] {
  return path.map((key, index) => {
    const above = keysOf(path.slice(0, index));
    for (const rewrite of key === '@' ? [] : outputRewrites) {
      const rest = rewrite.kind === 'KeyRenamer' ? pathBelow(rewrite.path, above) : null;
      if (rewrite.kind === 'KeyRenamer' && rest !== null && keysOf(rest).join(' ') === key)
        return rewrite.renameKeyTo;
    }
    return key;
  });
}

/** What remains of a rewrite's path below some keys; `null` where it leads elsewhere. */
function pathBelow(path: readonly string[], [key, ...keys]: readonly string[]): string[] | null {
  if (key === undefined) return keysOf(path).length === 0 ? null : [...path];
  const index = path.findIndex((each) => !isCondition(each));
  return path[index] === key ? pathBelow(path.slice(index + 1), keys) : null;
}

function keysOf(path: readonly string[]): readonly string[] {
  return path.filter((each) => each !== '@' && !isCondition(each));
}

function isCondition(element: string): boolean {
  return element.startsWith('... on ');
}
