/**
 * What a generated supergraph is, before it is written down as subgraphs: the oracle reads it here, the gateway
 * from composed SDL.
 */
export interface Model {
  readonly subgraphs: readonly string[];
  readonly objects: ReadonlyMap<string, ObjectModel>;
  readonly interfaces: ReadonlyMap<string, InterfaceModel>;
  readonly unions: ReadonlyMap<string, UnionModel>;
  /** Enums and custom scalars of outputs, which every subgraph has. */
  readonly leaves: readonly LeafModel[];
  readonly inputs: readonly InputModel[];
  readonly inputEnums: readonly InputEnumModel[];
}

/** An annotation as one subgraph writes it. */
export interface Applied {
  readonly subgraph: string;
  readonly category?: string;
  readonly declassified?: boolean;
  readonly subject?: readonly string[];
  readonly namespace?: string;
  readonly mask?: string;
  readonly otherwise?: 'mask' | 'reject';
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

/** A type reference; `nonNull` from the outermost list to the named type, so one longer than there are lists. */
export interface TypeRef {
  readonly named: string;
  readonly nonNull: readonly boolean[];
}

export interface ArgumentModel {
  readonly name: string;
  /** As written, such as `[String!]` or `Filter = {}`. */
  readonly type: string;
  readonly named: string;
  readonly applied: Applied[];
}

export interface FieldModel {
  readonly name: string;
  readonly type: TypeRef;
  readonly args: readonly ArgumentModel[];
  /** Subgraphs that resolve it. */
  readonly owners: Set<string>;
  /** Subgraphs that have a copy for `@requires`, `@provides` or an interface's sake. */
  readonly externals: Set<string>;
  /** Of one subgraph, paths of plain fields. */
  requires: { readonly subgraph: string; readonly paths: readonly (readonly string[])[] } | null;
  /** Of one subgraph: leaf fields of the type returned. */
  provides: { readonly subgraph: string; readonly fields: readonly string[] } | null;
  readonly applied: Applied[];
}

export interface ObjectModel {
  readonly kind: 'root' | 'entity' | 'value';
  readonly name: string;
  /** Subgraphs that define it. */
  readonly homes: Set<string>;
  /** Subgraphs that must not define it, since they know it as an interface object. */
  readonly banned: ReadonlySet<string>;
  /** Field sets; entities alone. */
  readonly keys: { readonly fields: string; readonly subgraphs: ReadonlySet<string> | 'all' }[];
  readonly fields: Map<string, FieldModel>;
  readonly interfaces: Set<string>;
  readonly applied: Applied[];
}

export interface InterfaceModel {
  readonly name: string;
  readonly homes: ReadonlySet<string>;
  readonly fields: Map<string, FieldModel>;
  /** The subgraph that knows it as one object, and the fields that it adds. */
  readonly objectIn: string | null;
  readonly added: Map<string, FieldModel>;
  readonly applied: Applied[];
}

export interface UnionModel {
  readonly name: string;
  readonly members: readonly string[];
  readonly homes: ReadonlySet<string>;
}

export interface LeafModel {
  readonly kind: 'enum' | 'scalar';
  readonly name: string;
  readonly values: readonly string[];
  readonly applied: Applied[];
}

export interface InputModel {
  readonly name: string;
  readonly fields: readonly ArgumentModel[];
  readonly applied: Applied[];
}

export interface InputEnumModel {
  readonly name: string;
  readonly values: readonly { readonly name: string; readonly applied: Applied[] }[];
  readonly applied: Applied[];
}

export const BUILT_IN = ['String', 'Int', 'Float', 'Boolean', 'ID'] as const;

/** `[String!]!` and the like. */
export function writtenType({ named, nonNull }: TypeRef): string {
  return nonNull.toReversed().reduce((text, required, depth) => {
    const wrapped = depth === 0 ? text : `[${text}]`;
    return required ? `${wrapped}!` : wrapped;
  }, named);
}

/** How many lists there are around the named type. */
export function listDepth({ nonNull }: TypeRef): number {
  return nonNull.length - 1;
}

export function isLeaf(model: Model, named: string): boolean {
  return BUILT_IN.some((name) => name === named) || model.leaves.some(({ name }) => name === named);
}

/** The object types that a value of a composite type may have. */
export function possibleObjects(model: Model, named: string): readonly ObjectModel[] {
  const own = model.objects.get(named);
  if (own !== undefined) return [own];
  const members = model.unions.get(named)?.members;
  return [...model.objects.values()].filter(
    ({ name, interfaces }) => interfaces.has(named) || members?.includes(name) === true,
  );
}

/** A field of an object type, those that interface objects add included. */
export function fieldOf(model: Model, type: string, field: string): FieldModel | undefined {
  const object = model.objects.get(type);
  const own = object?.fields.get(field);
  if (own !== undefined || object === undefined) return own;
  for (const name of object.interfaces) {
    const added = model.interfaces.get(name)?.added.get(field);
    if (added !== undefined) return added;
  }
  return undefined;
}

/** All fields of an object type, those that interface objects add included. */
export function fieldsOf(model: Model, object: ObjectModel): readonly FieldModel[] {
  const added = [...object.interfaces].flatMap((name) => [
    ...(model.interfaces.get(name)?.added.values() ?? []),
  ]);
  return [...object.fields.values(), ...added];
}
