import {
  Kind,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/** How large the operations of a document are together once every fragment spread is written out. */
export interface DocumentSize {
  readonly selections: number;
  /** Selection sets within each other, those of fragments included. */
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly rootFields: number;
  /** Items of the longest list in an argument or a default. */
  readonly inputItems: number;
  /** Lists and objects within each other in an argument or a default. */
  readonly inputDepth: number;
  /** A fragment spreads itself, at whatever depth and through whichever others: written out, it has no end. */
  readonly isEndless: boolean;
}

/** What is counted of one selection set. `fields`: those at its top. */
type Counted = Omit<DocumentSize, 'rootFields' | 'inputItems' | 'inputDepth' | 'isEndless'> & {
  readonly fields: number;
};

/**
 * Counts in time proportional to the document, however much it expands to, and before anything is known of it. A fragment
 * that is missing counts as nothing, since validation refuses it.
 */
export function documentSize({ definitions }: DocumentNode): DocumentSize {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  }
  /** `null`: it is being counted. */
  const known = new Map<string, Counted | null>();
  let isEndless = false;
  const input = { inputItems: 0, inputDepth: 0 };

  const look = (value: ValueNode | undefined, depth = 1): void => {
    if (value?.kind !== Kind.LIST && value?.kind !== Kind.OBJECT) return;
    input.inputDepth = Math.max(input.inputDepth, depth);
    if (value.kind === Kind.LIST) {
      input.inputItems = Math.max(input.inputItems, value.values.length);
      for (const each of value.values) look(each, depth + 1);
    } else for (const { value: each } of value.fields) look(each, depth + 1);
  };
  const lookAt = (nodes: readonly DirectiveNode[] | undefined): number => {
    for (const { arguments: given = [] } of nodes ?? []) for (const { value } of given) look(value);
    return nodes?.length ?? 0;
  };

  const sizeOf = (set: SelectionSetNode | undefined): Counted => {
    if (set === undefined) return NOTHING;
    let [selections, depth, aliases, directives, fields] = [0, 0, 0, 0, 0];
    for (const each of set.selections) {
      const below =
        each.kind === Kind.FRAGMENT_SPREAD ? fragmentSize(each.name.value) : sizeOf(each.selectionSet);
      selections += 1 + below.selections;
      aliases += below.aliases;
      directives += lookAt(each.directives) + below.directives;
      if (each.kind === Kind.FIELD) {
        fields += 1;
        if (each.alias !== undefined) aliases += 1;
        for (const { value } of each.arguments ?? []) look(value);
      } else fields += below.fields;
      depth = Math.max(depth, below.depth);
    }
    return { selections, depth: depth + 1, aliases, directives, fields };
  };

  const fragmentSize = (name: string): Counted => {
    const size = known.get(name);
    if (size === null) isEndless = true;
    if (size !== undefined) return size ?? NOTHING;
    known.set(name, null);
    const fragment = fragments.get(name);
    const found = sizeOf(fragment?.selectionSet);
    const counted = { ...found, directives: found.directives + lookAt(fragment?.directives) };
    known.set(name, counted);
    return counted;
  };

  const all = { selections: 0, depth: 0, aliases: 0, directives: 0, rootFields: 0 };
  for (const each of definitions) {
    if (each.kind === Kind.OPERATION_DEFINITION) {
      const size = sizeOf(each.selectionSet);
      all.selections += size.selections;
      all.aliases += size.aliases;
      all.directives += size.directives + lookAt(each.directives);
      all.rootFields = Math.max(all.rootFields, size.fields);
      all.depth = Math.max(all.depth, size.depth);
      for (const variable of each.variableDefinitions ?? []) {
        look(variable.defaultValue);
        all.directives += lookAt(variable.directives);
      }
    } else if (each.kind === Kind.FRAGMENT_DEFINITION) {
      // Validation goes through one that nothing spreads all the same.
      all.depth = Math.max(all.depth, fragmentSize(each.name.value).depth);
    }
  }
  return { ...all, ...input, isEndless };
}

const NOTHING: Counted = Object.freeze({ selections: 0, depth: 0, aliases: 0, directives: 0, fields: 0 });
