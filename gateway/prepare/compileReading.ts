import type { FetchDataKeyRenamer } from '@apollo/query-planner';
import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isListType,
  isScalarType,
  isSpecifiedScalarType,
  TypeNameMetaFieldDef,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { Reading } from '../execute/reading.ts';
import { isInherited } from '../execute/rowKeys.ts';
import { fieldOf } from './selections.ts';

/** What reading a subgraph's answers is compiled from. */
export interface ReadingInput {
  /** The operation that is sent. */
  readonly document: DocumentNode;
  /** The whole supergraph. */
  readonly schema: GraphQLSchema;
  /** Keys to objects that are there for what is below them alone, joined by spaces. */
  readonly way: ReadonlySet<string>;
  /** Keys of the planner's own, by their paths; of entities they start below `_entities`. */
  readonly renames: readonly FetchDataKeyRenamer[];
}

/** A reading while it is gathered. */
type Fields = Map<string, Gathered>;

interface Gathered {
  /** `null` for a leaf. */
  readonly below: Fields | null;
  /** The same lists of lists wherever the key stands, as GraphQL has it; `null` where the schema does not say. */
  readonly type: GraphQLOutputType | null;
  readonly isOnTheWay: boolean;
  to: string;
}

/** Compiles what is read of the data of an operation's answer. */
export function compileReading({ document, schema, way, renames }: ReadingInput): Reading {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const fields: Fields = new Map();

  /** Type conditions decide about types alone: what stands under any of them was asked for. */
  const gather = (
    { selections }: SelectionSetNode,
    parent: GraphQLNamedType | null | undefined,
    into: Fields,
    above: string,
  ): void => {
    for (const selection of selections) {
      if (selection.kind !== Kind.FIELD) {
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (fragment === undefined) continue;
        const condition = fragment.typeCondition?.name.value;
        const type = condition === undefined ? parent : schema.getType(condition);
        gather(fragment.selectionSet, type, into, above);
        continue;
      }
      const key = (selection.alias ?? selection.name).value;
      const known = into.get(key);
      const name = selection.name.value;
      const field = isCompositeType(parent) ? fieldOf(parent, name) : null;
      const own = name === TypeNameMetaFieldDef.name ? TypeNameMetaFieldDef.type : field?.type;
      const type = known?.type ?? own ?? null;
      const below =
        selection.selectionSet === undefined ? null : (known?.below ?? new Map<string, Gathered>());
      const at = above === '' ? key : `${above} ${key}`;
      into.set(key, { below, type, isOnTheWay: way.has(at), to: key });
      if (selection.selectionSet === undefined || below === null) continue;
      gather(selection.selectionSet, type === null ? null : getNamedType(type), below, at);
    }
  };

  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    gather(definition.selectionSet, schema.getRootType(definition.operation), fields, '');
  }
  const root = fields.get('_entities')?.below ?? fields;
  for (const { path, renameKeyTo } of renames) rename(root, keysOf(path), renameKeyTo);
  return readingOf(fields);
}

/** The reading of one entity, of the reading of an operation that asks for entities. */
export function ofEntity({ fields }: Reading): Reading {
  const below = fields.find(({ from }) => from === '_entities')?.below;
  if (below === undefined || below === null) throw new Error('Expected an operation that asks for entities.');
  return below;
}

/** A key of the planner's own stands where the type is right alone: conditions on the way say nothing more. */
function keysOf(path: readonly string[]): readonly string[] {
  return path.filter((each) => each !== '@' && !each.startsWith('... on '));
}

function rename(fields: Fields | null | undefined, [key = '', ...rest]: readonly string[], to: string): void {
  const field = fields?.get(key);
  if (field === undefined) return;
  if (rest.length === 0) field.to = to;
  else rename(field.below, rest, to);
}

function readingOf(fields: Fields): Reading {
  return {
    fields: [...fields].map(([from, { to, type, below, isOnTheWay }]) => ({
      from,
      to,
      depth: type === null ? null : depthOf(type),
      below: below === null ? null : readingOf(below),
      isPlain: below === null && isPlain(type),
      isOnTheWay,
      isOrdinary: !isInherited(from) && !isInherited(to),
    })),
  };
}

function isPlain(type: GraphQLOutputType | null): boolean {
  const named = type === null ? null : getNamedType(type);
  return isEnumType(named) || (isScalarType(named) && isSpecifiedScalarType(named));
}

function depthOf(type: GraphQLOutputType): number {
  const nullable = getNullableType(type);
  return isListType(nullable) ? 1 + depthOf(nullable.ofType) : 0;
}
