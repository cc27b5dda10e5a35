import {
  getNamedType,
  isCompositeType,
  Kind,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import { fieldOf, possibleTypes } from './selections.ts';

/** An operation as its client wrote it. */
export interface StandsBelowInput {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** Of some fields, `Type.field`, those of them that stand somewhere below each: perhaps itself. */
export type StandsBelow = ReadonlyMap<string, ReadonlySet<string>>;

/** Works out which of the fields an operation asks for below which of them. */
export function standsBelow(
  { schema, operation, fragments }: StandsBelowInput,
  coordinates: ReadonlySet<string>,
): StandsBelow {
  const below = new Map([...coordinates].map((coordinate) => [coordinate, new Set<string>()]));
  if (coordinates.size === 0) return below;

  const walk = (
    selections: readonly SelectionNode[],
    parent: GraphQLCompositeType,
    types: readonly string[],
    above: ReadonlySet<string>,
  ): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const { name, selectionSet } = selection;
        const here = types.map((each) => `${each}.${name.value}`).filter((each) => below.has(each));
        for (const each of above) for (const coordinate of here) below.get(each)?.add(coordinate);
        const type = getNamedType(fieldOf(parent, name.value)?.type);
        if (selectionSet === undefined || !isCompositeType(type)) continue;
        walk(selectionSet.selections, type, namesOf(type), new Set([...above, ...here]));
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition;
      const type = condition === undefined ? parent : schema.getType(condition.name.value);
      if (!isCompositeType(type)) continue;
      walk(
        fragment.selectionSet.selections,
        type,
        namesOf(type).filter((each) => types.includes(each)),
        above,
      );
    }
  };

  const namesOf = (type: GraphQLCompositeType): readonly string[] =>
    possibleTypes(schema, type).map(({ name }) => name);

  const root = schema.getRootType(operation.operation);
  if (isCompositeType(root)) walk(operation.selectionSet.selections, root, namesOf(root), new Set());
  return below;
}
