import type { FetchDataKeyRenamer } from '@apollo/query-planner';
import {
  getNamedType,
  getNullableType,
  isAbstractType,
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
import { typesOf } from './typesOf.ts';

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

/** A reading while it is gathered: what stands under each key for which types. */
type Fields = Map<string, Gathered>;

/** Names of types; `null`: of all that can stand there. */
type Types = ReadonlySet<string> | null;

interface Gathered {
  readonly from: string;
  readonly types: Types;
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
  const abstract = new Set(
    Object.values(schema.getTypeMap())
      .filter(isAbstractType)
      .map(({ name }) => name),
  );

  const gather = (
    { selections }: SelectionSetNode,
    parent: GraphQLNamedType | null | undefined,
    into: Fields,
    above: string,
    types: Types,
  ): void => {
    for (const selection of selections) {
      if (selection.kind !== Kind.FIELD) {
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (fragment === undefined) continue;
        const condition = fragment.typeCondition?.name.value;
        const type = condition === undefined ? parent : schema.getType(condition);
        const narrower =
          condition === undefined ? types : narrowed(types, parent, typesOf(schema, condition));
        gather(fragment.selectionSet, type, into, above, narrower);
        continue;
      }
      const key = (selection.alias ?? selection.name).value;
      const place = JSON.stringify([key, types === null ? null : [...types].sort()]);
      const known = into.get(place);
      const name = selection.name.value;
      const field = isCompositeType(parent) ? fieldOf(parent, name) : null;
      const own = name === TypeNameMetaFieldDef.name ? TypeNameMetaFieldDef.type : field?.type;
      const type = known?.type ?? own ?? null;
      const below =
        selection.selectionSet === undefined ? null : (known?.below ?? new Map<string, Gathered>());
      const at = above === '' ? key : `${above} ${key}`;
      into.set(place, { from: key, types, below, type, isOnTheWay: way.has(at), to: key });
      if (selection.selectionSet === undefined || below === null) continue;
      gather(selection.selectionSet, type === null ? null : getNamedType(type), below, at, null);
    }
  };

  /** Where all that can stand there is of the types, they say nothing. */
  const narrowed = (
    types: Types,
    parent: GraphQLNamedType | null | undefined,
    to: ReadonlySet<string>,
  ): Types => {
    if (types !== null) return new Set([...types].filter((type) => to.has(type)));
    return parent != null && isWithin(typesOf(schema, parent.name), to) ? null : to;
  };

  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    gather(definition.selectionSet, schema.getRootType(definition.operation), fields, '', null);
  }
  const entities = [...fields.values()].find(({ from }) => from === '_entities');
  for (const { path, renameKeyTo } of renames) rename(entities?.below ?? fields, keysOf(path), renameKeyTo);
  // A subgraph may have another name for the type of its root.
  return { ...readingOf(fields, abstract), typing: null };
}

/**
 * The reading of one entity, of the reading of an operation that asks for entities.
 *
 * @param asked names of the types that are asked about.
 */
export function ofEntity({ fields }: Reading, asked: Iterable<string>): Reading {
  const below = fields.find(({ from }) => from === '_entities')?.below;
  if (below === undefined || below === null) throw new Error('Expected an operation that asks for entities.');
  const all = new Set(asked);
  const entity = below.fields.map((field) =>
    field.types !== null && isWithin(all, field.types) ? { ...field, types: null } : field,
  );
  return { fields: entity, typing: dependsOnType(entity) ? below.typing : null };
}

function isWithin(names: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return [...names].every((name) => others.has(name));
}

function dependsOnType(fields: Reading['fields']): boolean {
  return fields.some(({ from, types }) => types !== null || from === TypeNameMetaFieldDef.name);
}

/** A key of the planner's own stands where the type is right alone: conditions on the way say nothing more. */
function keysOf(path: readonly string[]): readonly string[] {
  return path.filter((each) => each !== '@' && !each.startsWith('... on '));
}

function rename(fields: Fields | null | undefined, [key = '', ...rest]: readonly string[], to: string): void {
  for (const field of fields?.values() ?? []) {
    if (field.from !== key) continue;
    if (rest.length === 0) field.to = to;
    else rename(field.below, rest, to);
  }
}

function readingOf(gathered: Fields, abstract: ReadonlySet<string>): Reading {
  const fields = [...gathered.values()].map(
    ({ from, to, types, type, below, isOnTheWay }): Reading['fields'][number] => ({
      from,
      to,
      types,
      depth: type === null ? null : depthOf(type),
      below: below === null ? null : readingOf(below, abstract),
      isPlain: below === null && isPlain(type),
      isOnTheWay,
      isOrdinary: !isInherited(from) && !isInherited(to),
    }),
  );
  const isTold = fields.some(({ from }) => from === TypeNameMetaFieldDef.name);
  return { fields, typing: dependsOnType(fields) ? { isTold, abstract } : null };
}

function isPlain(type: GraphQLOutputType | null): boolean {
  const named = type === null ? null : getNamedType(type);
  return isEnumType(named) || (isScalarType(named) && isSpecifiedScalarType(named));
}

function depthOf(type: GraphQLOutputType): number {
  const nullable = getNullableType(type);
  return isListType(nullable) ? 1 + depthOf(nullable.ofType) : 0;
}
