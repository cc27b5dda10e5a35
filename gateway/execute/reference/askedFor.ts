import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { fieldOf } from '../../prepare/selections.ts';
import { readOwn } from '../../project/readOwn.ts';

/** The response keys that an operation asks for, at any type. */
type Asked = Map<string, AskedField>;

interface AskedField {
  /** `null` for a leaf. */
  readonly below: Asked | null;
  /** The same lists of lists wherever the key stands, as GraphQL has it; `null` where the schema does not say. */
  readonly type: GraphQLOutputType | null;
  readonly isOnTheWay: boolean;
}

/** What a subgraph's data is read by. */
export interface AskedForInput {
  readonly document: DocumentNode;
  /** The whole supergraph. */
  readonly schema: GraphQLSchema;
  /**
   * Keys to objects that are there for what is below them alone, joined by spaces. A null there is left out: merged,
   * it would replace what another fetch of the same object found.
   */
  readonly way: ReadonlySet<string>;
  /** Told where a list or an object is something else, which counts as null. */
  readonly onMisshapen: () => void;
}

/**
 * A copy of a subgraph's data that holds what the operation asked for and nothing else, in the shape of its lists
 * and objects.
 *
 * A subgraph cannot give, beside its own fields, an id that another one owns: merged, it would pass
 * one person's data off as about somebody else (test/demo/failures.test.ts, "nobody asked for").
 * What is no list nulls that one value; the executor would throw, and a denied value show by what is
 * missing beside it (test/leaks/valueCompletion.test.ts).
 */
export function askedFor(data: object, input: AskedForInput): Record<string, unknown> {
  const { document, schema, way } = input;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const asked: Asked = new Map();

  /** Type conditions decide about types alone: what stands under any of them was asked for. */
  const gather = (
    { selections }: SelectionSetNode,
    parent: GraphQLNamedType | null | undefined,
    into: Asked,
    above: string,
  ): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const known = into.get(key);
        const field = isCompositeType(parent) ? fieldOf(parent, selection.name.value) : null;
        const type = known?.type ?? field?.type ?? null;
        const isLeaf = selection.selectionSet === undefined;
        const below = isLeaf ? null : (known?.below ?? new Map<string, AskedField>());
        const at = above === '' ? key : `${above} ${key}`;
        into.set(key, { below, type, isOnTheWay: way.has(at) });
        if (selection.selectionSet === undefined || below === null) continue;
        gather(selection.selectionSet, type === null ? null : getNamedType(type), below, at);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition?.name.value;
      gather(
        fragment.selectionSet,
        condition === undefined ? parent : schema.getType(condition),
        into,
        above,
      );
    }
  };

  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    gather(definition.selectionSet, schema.getRootType(definition.operation), asked, '');
  }
  return pickObject(data, asked, input);
}

function pickObject(value: object, asked: Asked, input: AskedForInput): Record<string, unknown> {
  const picked: Record<string, unknown> = { __proto__: null };
  for (const [key, { below, type, isOnTheWay }] of asked) {
    const each = readOwn(value, key);
    if (each === undefined || (each === null && isOnTheWay)) continue;
    picked[key] = pick(each, type, below, input);
  }
  return picked;
}

function pick(
  value: unknown,
  type: GraphQLOutputType | null,
  below: Asked | null,
  input: AskedForInput,
): unknown {
  if (value === null) return null;
  const shape = type === null ? null : getNullableType(type);
  const item = isListType(shape) ? shape.ofType : null;
  if (Array.isArray(value)) {
    if (item !== null || shape === null) return value.map((each) => pick(each, item, below, input));
    if (below === null) return value;
  } else if (item === null) {
    if (below === null) return value;
    if (typeof value === 'object') return pickObject(value, below, input);
  }
  input.onMisshapen();
  return null;
}
