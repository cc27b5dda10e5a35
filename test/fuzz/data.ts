import type { Dice } from './dice.ts';
import {
  fieldOf,
  fieldsOf,
  isLeaf,
  listDepth,
  possibleObjects,
  type FieldModel,
  type Model,
  type ObjectModel,
  type TypeRef,
} from './model.ts';

/** One object of a data set. Objects of value types stand in one place, which decides whom they are about. */
export interface Instance {
  readonly type: string;
  readonly cells: Map<string, Cell>;
  readonly parent: { readonly instance: Instance; readonly field: string } | null;
}

/** What one field of one object holds. An error's text is planted, so that it can be found wherever it goes. */
export type Cell =
  { readonly kind: 'value'; readonly value: Value } | { readonly kind: 'error'; readonly text: string };

export type Value = string | number | boolean | null | Instance | readonly Value[];

/** One data set: entities by type, and what `Query` and `Mutation` hold. */
export interface Data {
  readonly entities: ReadonlyMap<string, readonly Instance[]>;
  readonly roots: ReadonlyMap<string, Instance>;
}

/** How data is made; `tokens` numbers every leaf, so that no two hold the same text or number. */
export interface DataInput {
  readonly model: Model;
  readonly dice: Dice;
  readonly tokens: { next: number };
  /** Coordinates that must be there: keys, subject paths and what non-null fields are made of. */
  readonly steady: ReadonlySet<string>;
}

const PER_TYPE = 2;
const OFTEN_NULL = 0.12;
const OFTEN_FAILED = 0.02;

export function isInstance(value: unknown): value is Instance {
  return typeof value === 'object' && value !== null && 'cells' in value;
}

/** A random data set. */
export function generateData(input: DataInput): Data {
  const { model } = input;
  const entities = new Map<string, Instance[]>();
  const objects = [...model.objects.values()];
  for (const { kind, name } of objects) {
    if (kind !== 'entity') continue;
    const made = Array.from({ length: PER_TYPE }, (_, index): Instance => {
      const cells = new Map<string, Cell>([['id', { kind: 'value', value: `${name}-${index + 1}` }]]);
      return { type: name, cells, parent: null };
    });
    entities.set(name, made);
  }
  const roots = new Map<string, Instance>();
  for (const { kind, name } of objects) {
    if (kind === 'root') roots.set(name, { type: name, cells: new Map(), parent: null });
  }
  const data: Data = { entities, roots };
  for (const instance of [...entities.values()].flat()) fill(instance, data, input);
  for (const instance of roots.values()) fill(instance, data, input);
  return data;
}

function fill(instance: Instance, data: Data, input: DataInput): void {
  const object = input.model.objects.get(instance.type);
  if (object === undefined) throw new Error(`There is no object type ${instance.type}.`);
  for (const field of fieldsOf(input.model, object)) {
    if (!instance.cells.has(field.name)) {
      instance.cells.set(field.name, generateCell(instance, field, data, input));
    }
  }
}

function generateCell(instance: Instance, field: FieldModel, data: Data, input: DataInput): Cell {
  const { dice, steady } = input;
  const isSteady = steady.has(`${instance.type}.${field.name}`);
  const mayFail = field.type.nonNull[0] !== true && !isSteady;
  if (mayFail && dice.chance(OFTEN_FAILED)) return { kind: 'error', text: stringToken(input) };
  return { kind: 'value', value: generateValue(instance, field, data, input) };
}

/** A random value of a field; never an error. */
export function generateValue(instance: Instance, field: FieldModel, data: Data, input: DataInput): Value {
  return ofType(field.type, 0, { instance, field: field.name }, data, input);
}

function ofType(
  type: TypeRef,
  depth: number,
  place: NonNullable<Instance['parent']>,
  data: Data,
  input: DataInput,
): Value {
  const { dice, model, steady } = input;
  const isSteady = steady.has(`${place.instance.type}.${place.field}`);
  const often = isSteady ? OFTEN_NULL / 2 : OFTEN_NULL;
  if (type.nonNull[depth] !== true && dice.chance(often)) return null;
  if (depth < listDepth(type)) {
    const length = dice.pick([0, 1, 1, 2, 2, 3]);
    return Array.from({ length }, () => ofType(type, depth + 1, place, data, input));
  }
  if (isLeaf(model, type.named)) return leafValue(type.named, input);
  const object = dice.pick(possibleObjects(model, type.named));
  return object.kind === 'entity'
    ? dice.pick(data.entities.get(object.name) ?? [])
    : valueObject(object, place, data, input);
}

function valueObject(
  object: ObjectModel,
  parent: NonNullable<Instance['parent']>,
  data: Data,
  input: DataInput,
): Instance {
  const instance: Instance = { type: object.name, cells: new Map(), parent };
  fill(instance, data, input);
  return instance;
}

function leafValue(named: string, input: DataInput): Value {
  const { dice, model } = input;
  switch (named) {
    case 'Int':
      return numberToken(input);
    case 'Float':
      return numberToken(input) + 0.25;
    case 'Boolean':
      return dice.chance(0.5);
    case 'ID':
      return `i${stringToken(input)}`;
    default: {
      const values = model.leaves.find(({ name }) => name === named)?.values ?? [];
      return values.length > 0 ? dice.pick(values) : stringToken(input);
    }
  }
}

/** Texts of data begin and end alike, so that a mask that shows either tells no two apart. */
export const STRING_TOKEN = /c0[0-9a-z]{6}z/g;
export const NUMBER_TOKEN = /\b[1-9]\d{6,8}\b/g;

function stringToken({ tokens }: DataInput): string {
  return `c0${(tokens.next++).toString(36).padStart(6, '0')}z`;
}

function numberToken({ tokens }: DataInput): number {
  return 1_000_000 + tokens.next++ * 10 + 7;
}

/** Every planted text and number of a value. */
export function tokensOf(value: Value | string): string[] {
  if (typeof value === 'string') return value.match(STRING_TOKEN) ?? [];
  if (typeof value === 'number') return [String(Math.trunc(value))];
  return Array.isArray(value) ? value.flatMap((each: Value) => tokensOf(each)) : [];
}

/** A field's cell; `undefined` where the object has none. */
export function cellOf(instance: Instance, field: string): Cell | undefined {
  return instance.cells.get(field);
}

/** Entities and objects within objects, each once, roots first. */
export function everyInstance({ entities, roots }: Data): Instance[] {
  const found: Instance[] = [...roots.values(), ...[...entities.values()].flat()];
  for (const instance of found) {
    for (const cell of instance.cells.values()) if (cell.kind === 'value') gather(cell.value, found);
  }
  return found;
}

function gather(value: Value, found: Instance[]): void {
  if (isInstance(value)) {
    if (value.parent !== null) found.push(value);
  } else if (Array.isArray(value)) for (const each of value) gather(each, found);
}

/** Whether an object's type has a field. */
export function hasField(model: Model, { type }: Instance, field: string): boolean {
  return fieldOf(model, type, field) !== undefined;
}
