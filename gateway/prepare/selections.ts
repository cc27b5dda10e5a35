import {
  isObjectType,
  isUnionType,
  Kind,
  type DirectiveNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
} from 'graphql';

/** `__typename`, always under its own name: it decides which rules hold, and no client may alias it. */
export const TYPENAME: FieldNode = Object.freeze<FieldNode>({
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: '__typename' },
});

/** What an object is asked for where nothing of it may be shown, so that it is known to be there. */
export const PRESENCE: FieldNode = Object.freeze<FieldNode>({ ...TYPENAME });

/**
 * One selection for each response key, as GraphQL merges them, and `PRESENCE` only where there is nothing else.
 *
 * Beside other fields it is not harmless. Tried on 2.14.4: where one of them comes from an interface object, the
 * planner asks for `__typename` there as well, which answers with the interface's name and voids the object.
 */
export function mergeSelections(selections: readonly SelectionNode[]): SelectionNode[] {
  const merged = new Map<string | SelectionNode, SelectionNode>();
  for (const selection of selections) {
    if (selection === PRESENCE && selections.some((each) => each !== PRESENCE)) continue;
    if (selection.kind !== Kind.FIELD || (selection.directives ?? []).length > 0) {
      merged.set(selection, selection);
      continue;
    }
    const key = (selection.alias ?? selection.name).value;
    const known = merged.get(key);
    merged.set(key, known?.kind === Kind.FIELD ? together(known, selection) : selection);
  }
  return [...merged.values()];
}

function together(a: FieldNode, b: FieldNode): FieldNode {
  if (a.selectionSet === undefined || b.selectionSet === undefined) return a;
  const selections = mergeSelections([...a.selectionSet.selections, ...b.selectionSet.selections]);
  return { ...a, selectionSet: { kind: Kind.SELECTION_SET, selections } };
}

/** A field of a type by name, own properties only; `null` where the type has none. */
export function fieldOf(type: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | null {
  if (isUnionType(type)) return null;
  const fields = type.getFields();
  return Object.hasOwn(fields, name) ? (fields[name] ?? null) : null;
}

/** The object types that a value of this composite type may have. */
export function possibleTypes(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
): readonly GraphQLObjectType[] {
  return isObjectType(type) ? [type] : schema.getPossibleTypes(type);
}

/** `... on type { selections }`; `null` as type leaves the condition out. */
export function inlineFragment(
  type: string | null,
  selections: readonly SelectionNode[],
  directives: readonly DirectiveNode[],
): InlineFragmentNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    ...(type === null
      ? {}
      : { typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } } }),
    directives,
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
}

/** A field without arguments; `key` is its response key. */
export function plainField(name: string, key: string, selections: readonly SelectionNode[]): FieldNode {
  return {
    kind: Kind.FIELD,
    name: { kind: Kind.NAME, value: name },
    ...(key === name ? {} : { alias: { kind: Kind.NAME, value: key } }),
    ...(selections.length === 0 ? {} : { selectionSet: { kind: Kind.SELECTION_SET, selections } }),
  };
}
