import type { SelectionNode } from 'graphql';
import type { EntityKey } from './entityKeys.ts';
import { mergeSelections, PRESENCE } from './selections.ts';

/** What remains of one position of a fetch, with the keys by which its objects are found again. */
export function withKeys(
  selections: readonly SelectionNode[],
  { type, keys }: { readonly type: string; readonly keys: ReadonlyMap<string, EntityKey> },
): readonly SelectionNode[] {
  // What was moved may have been all that an object was asked for.
  if (keys.size === 0) return selections.length === 0 && type !== '' ? [PRESENCE] : selections;
  const added = [...keys.values()].flatMap(({ selection }) =>
    selection.typeCondition?.name.value === type ? selection.selectionSet.selections : [selection],
  );
  return mergeSelections([...selections, ...added]);
}
