import {
  Kind,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** How large an operation is once every fragment spread is written out; `Infinity` where that is beyond counting. */
export interface ExpandedSize {
  readonly selections: number;
  /** Selection sets within each other, those of fragments included. */
  readonly depth: number;
}

/** Counts in time proportional to the document, however much it expands to. */
export function expandedSize(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): ExpandedSize {
  const sizes = new Map<string, ExpandedSize>();

  const sizeOf = (set: SelectionSetNode): ExpandedSize => {
    let selections = 0;
    let depth = 0;
    for (const selection of set.selections) {
      const below =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? fragmentSize(selection.name.value)
          : selection.selectionSet === undefined
            ? NOTHING
            : sizeOf(selection.selectionSet);
      selections += 1 + below.selections;
      depth = Math.max(depth, below.depth);
    }
    return { selections, depth: depth + 1 };
  };

  const fragmentSize = (name: string): ExpandedSize => {
    const known = sizes.get(name);
    if (known !== undefined) return known;
    // Validation allows no cycles; should one come this far, it is beyond counting.
    sizes.set(name, BEYOND);
    const fragment = fragments.get(name);
    const size = fragment === undefined ? NOTHING : sizeOf(fragment.selectionSet);
    sizes.set(name, size);
    return size;
  };

  return sizeOf(operation.selectionSet);
}

const NOTHING: ExpandedSize = Object.freeze({ selections: 0, depth: 0 });
const BEYOND: ExpandedSize = Object.freeze({ selections: Infinity, depth: Infinity });
