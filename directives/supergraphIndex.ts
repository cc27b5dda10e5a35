import { GraphQLError, Kind, parse } from 'graphql';
import type {
  ConstDirectiveNode,
  DefinitionNode,
  DocumentNode,
  FieldDefinitionNode,
  InputValueDefinitionNode,
  TypeDefinitionNode,
  TypeExtensionNode,
  TypeNode,
} from 'graphql';
import { readLinks } from './links.ts';
import type { Link } from './links.ts';
import { NotASupergraphError } from './notASupergraphError.ts';

/** An argument or an input field. */
export interface IndexedInput {
  readonly name: string;
  /** Named type, without lists and non-nulls. */
  readonly type: string;
  readonly required: boolean;
  readonly directives: readonly ConstDirectiveNode[];
}

export interface IndexedField {
  readonly name: string;
  /** Named type, without lists and non-nulls. */
  readonly type: string;
  readonly list: boolean;
  /** Whether the field itself, not what a list of it holds, may be null. */
  readonly nullable: boolean;
  readonly inputs: ReadonlyMap<string, IndexedInput>;
  readonly directives: readonly ConstDirectiveNode[];
}

export interface IndexedType {
  readonly name: string;
  readonly kind: 'OBJECT' | 'INTERFACE' | 'UNION' | 'SCALAR' | 'ENUM' | 'INPUT_OBJECT';
  readonly directives: readonly ConstDirectiveNode[];
  /** Of objects and interfaces: every interface they implement, also through others. */
  readonly interfaces: readonly string[];
  readonly fields: ReadonlyMap<string, IndexedField>;
  readonly inputFields: ReadonlyMap<string, IndexedInput>;
  readonly values: ReadonlyMap<string, readonly ConstDirectiveNode[]>;
}

/** One supergraph's types by name, for look-ups in constant time. Names come from outside: Maps only. */
export interface SupergraphIndex {
  readonly document: DocumentNode;
  readonly links: ReadonlyMap<string, Link>;
  readonly types: ReadonlyMap<string, IndexedType>;
  /** Names of the root operation types. */
  readonly roots: ReadonlySet<string>;
  /** Object types that a value of this type can be: itself, implementers or members. */
  possible(type: string): readonly IndexedType[];
}

/**
 * Whether nodes know where they stand. Positions double the time and memory of parsing a large supergraph and
 * serve complaints alone, so they are asked for once there is something to complain of.
 */
export type Positions = 'with positions' | 'without positions';

/** Reads a supergraph's SDL. Throws NotASupergraphError where it is none, DirectiveError for a wrong link. */
export function indexSupergraph(sdl: string, positions: Positions): SupergraphIndex {
  return indexDocument(parseSupergraph(sdl, positions));
}

/** The same of a supergraph that is parsed already. */
export function indexDocument(document: DocumentNode): SupergraphIndex {
  const links = readLinks(document);
  const types = new Map<string, MutableType>();
  const members = new Map<string, readonly string[]>();
  const roots = new Set<string>();
  for (const node of document.definitions) {
    if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) {
      for (const { type } of node.operationTypes ?? []) roots.add(type.name.value);
    } else if (isType(node)) {
      const name = node.name.value;
      types.set(name, merged(types.get(name), node));
      if ('types' in node) {
        const more = (node.types ?? []).map((type) => type.name.value);
        members.set(name, [...(members.get(name) ?? []), ...more]);
      }
    }
  }
  if (roots.size === 0) for (const name of ['Query', 'Mutation', 'Subscription']) roots.add(name);
  closeInterfaces(types);

  const possibleTypes = new Map<string, IndexedType[]>();
  const add = (abstract: string, type: IndexedType | undefined): void => {
    if (type === undefined) return;
    const known = possibleTypes.get(abstract);
    if (known === undefined) possibleTypes.set(abstract, [type]);
    else known.push(type);
  };
  for (const type of types.values()) {
    if (type.kind === 'OBJECT') for (const name of [type.name, ...type.interfaces]) add(name, type);
  }
  for (const [union, names] of members) for (const name of names) add(union, types.get(name));

  return { document, links, types, roots, possible: (type) => possibleTypes.get(type) ?? [] };
}

interface MutableType extends IndexedType {
  interfaces: readonly string[];
}

const KINDS = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'OBJECT',
  [Kind.OBJECT_TYPE_EXTENSION]: 'OBJECT',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'INTERFACE',
  [Kind.INTERFACE_TYPE_EXTENSION]: 'INTERFACE',
  [Kind.UNION_TYPE_DEFINITION]: 'UNION',
  [Kind.UNION_TYPE_EXTENSION]: 'UNION',
  [Kind.SCALAR_TYPE_DEFINITION]: 'SCALAR',
  [Kind.SCALAR_TYPE_EXTENSION]: 'SCALAR',
  [Kind.ENUM_TYPE_DEFINITION]: 'ENUM',
  [Kind.ENUM_TYPE_EXTENSION]: 'ENUM',
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'INPUT_OBJECT',
  [Kind.INPUT_OBJECT_TYPE_EXTENSION]: 'INPUT_OBJECT',
} as const;

type TypeNodes = TypeDefinitionNode | TypeExtensionNode;

function isType(node: DefinitionNode): node is TypeNodes {
  return node.kind in KINDS;
}

/** Parses SDL. Throws NotASupergraphError, which tells where the text stops being GraphQL. */
export function parseSupergraph(sdl: string, positions: Positions): DocumentNode {
  try {
    return parse(sdl, { noLocation: positions === 'without positions' });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const [at] = error.locations ?? [];
    const where = at === undefined ? '' : ` at line ${String(at.line)}, column ${String(at.column)}`;
    throw new NotASupergraphError(`the text is not GraphQL${where} (${error.message})`);
  }
}

/** A type's definition with what extensions add to it; composition writes none, other tools may. */
function merged(known: IndexedType | undefined, node: TypeNodes): MutableType {
  const input =
    node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION || node.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION;
  const values = 'values' in node ? (node.values ?? []) : [];
  const name = node.name.value;
  return {
    name,
    kind: KINDS[node.kind],
    directives: [...(known?.directives ?? []), ...(node.directives ?? [])],
    interfaces: [
      ...(known?.interfaces ?? []),
      ...('interfaces' in node ? (node.interfaces ?? []) : []).map(({ name }) => name.value),
    ],
    fields: joined(name, known?.fields, outputFields(node).map(indexedField)),
    inputFields: joined(name, known?.inputFields, input ? indexedInputs(node.fields) : []),
    values: new Map([
      ...(known?.values ?? []),
      ...values.map((value) => [value.name.value, value.directives ?? []] as const),
    ]),
  };
}

/** Refuses a field that is defined twice: one of the two definitions would hide the other's annotations. */
function joined<T extends { readonly name: string }>(
  type: string,
  known: ReadonlyMap<string, T> | undefined,
  more: readonly T[],
): ReadonlyMap<string, T> {
  const all = new Map(known);
  for (const field of more) {
    if (all.has(field.name)) throw new NotASupergraphError(`it defines ${type}.${field.name} more than once`);
    all.set(field.name, field);
  }
  return all;
}

function outputFields(node: TypeNodes): readonly FieldDefinitionNode[] {
  const output =
    node.kind === Kind.OBJECT_TYPE_DEFINITION ||
    node.kind === Kind.OBJECT_TYPE_EXTENSION ||
    node.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    node.kind === Kind.INTERFACE_TYPE_EXTENSION;
  return output ? (node.fields ?? []) : [];
}

function indexedField({ name, type, directives, arguments: inputs }: FieldDefinitionNode): IndexedField {
  return {
    name: name.value,
    type: namedType(type),
    list: isList(type),
    nullable: type.kind !== Kind.NON_NULL_TYPE,
    inputs: joined(name.value, undefined, indexedInputs(inputs)),
    directives: directives ?? [],
  };
}

function indexedInputs(nodes: readonly InputValueDefinitionNode[] | undefined): readonly IndexedInput[] {
  return (nodes ?? []).map(({ name, type, defaultValue, directives }) => ({
    name: name.value,
    type: namedType(type),
    required: type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined,
    directives: directives ?? [],
  }));
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function isList(type: TypeNode): boolean {
  if (type.kind === Kind.LIST_TYPE) return true;
  return type.kind === Kind.NON_NULL_TYPE && isList(type.type);
}

/** GraphQL asks types to name inherited interfaces too; Federation 1 supergraphs may not. */
function closeInterfaces(types: ReadonlyMap<string, MutableType>): void {
  for (const type of types.values()) {
    const all = new Set(type.interfaces);
    for (const name of all) for (const above of types.get(name)?.interfaces ?? []) all.add(above);
    type.interfaces = [...all];
  }
}
