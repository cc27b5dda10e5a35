import {
  Kind,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * How many selections an operation has once every fragment spread is written out; `Infinity` where that is
 * beyond counting. Takes time in proportion to the document, however much it expands to.
 */
export function expandedSize(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): number {
  const sizes = new Map<string, number>();

  const sizeOf = ({ selections }: SelectionSetNode): number => {
    let size = 0;
    for (const selection of selections) {
      size += 1;
      if (selection.kind === Kind.FRAGMENT_SPREAD) size += fragmentSize(selection.name.value);
      else if (selection.selectionSet !== undefined) size += sizeOf(selection.selectionSet);
    }
    return size;
  };

  const fragmentSize = (name: string): number => {
    const known = sizes.get(name);
    if (known !== undefined) return known;
    // Validation allows no cycles; should one come this far, it is beyond counting.
    sizes.set(name, Infinity);
    const fragment = fragments.get(name);
    const size = fragment === undefined ? 0 : sizeOf(fragment.selectionSet);
    sizes.set(name, size);
    return size;
  };

  return sizeOf(operation.selectionSet);
}
