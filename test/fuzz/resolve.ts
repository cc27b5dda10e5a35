import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { isInstance, type Data, type Instance, type Value } from './data.ts';
import { fieldOf, possibleObjects, type FieldModel, type Model } from './model.ts';

export type Arguments = Readonly<Record<string, unknown>>;

/** What a field that `@requires` others was given of each, in the order of its paths. */
export type Inputs = readonly unknown[];

/** An object as a subgraph has it: with the representation that it was entered by, if any. */
export interface Entered {
  readonly instance: Instance;
  readonly representation: unknown;
}

/** The value of one field, as any resolver of it gives it: a plain function of data, arguments and inputs. */
export function resolveCell(
  model: Model,
  data: Data,
  instance: Instance,
  name: string,
  args: Arguments,
  inputs: (field: FieldModel) => Inputs,
): Value {
  const field = fieldOf(model, instance.type, name);
  const cell = instance.cells.get(name);
  if (field === undefined || cell === undefined) throw new Error(`There is no ${instance.type}.${name}.`);
  if (name === 'node') return nodeOf(model, data, field.type.named, args['id']);
  if (cell.kind === 'error') {
    throw new GraphQLError(`Nothing for ${cell.text}.`, { extensions: { code: cell.text, of: cell.text } });
  }
  const given = Object.keys(args).length === 0 ? '' : digest(args);
  return made(rotated(cell.value, given), field, inputs, given);
}

/** Text says what it was made of, unless its author said that it does not tell. */
function made(value: Value, field: FieldModel, inputs: (field: FieldModel) => Inputs, given: string): Value {
  if (typeof value !== 'string' || field.type.named !== 'String') return value;
  const text = given === '' ? value : `${value}(${given})z`;
  const tells = field.requires !== null && !field.applied.some(({ declassified }) => declassified === true);
  return tells ? `${text}<${JSON.stringify(inputs(field))}>z` : text;
}

/** Arguments change the order of a list. */
function rotated(value: Value, given: string): Value {
  if (given === '' || !Array.isArray(value) || value.length === 0) return value;
  const by = Number.parseInt(given, 16) % value.length;
  const items: readonly Value[] = value;
  return [...items.slice(by), ...items.slice(0, by)];
}

function digest(args: Arguments): string {
  const sorted = JSON.stringify(args, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
  return createHash('sha256').update(sorted).digest('hex').slice(0, 6);
}

function nodeOf(model: Model, data: Data, named: string, id: unknown): Value {
  const all = possibleObjects(model, named).flatMap(({ name }) => data.entities.get(name) ?? []);
  return all.find((each) => valueOf(each, 'id') === id) ?? null;
}

export function valueOf(instance: Instance, name: string): Value {
  const cell = instance.cells.get(name);
  return cell?.kind === 'value' ? cell.value : null;
}

/** Follows a path through plain data; lists are followed item by item, and nulls stay. */
export function extract(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (value === null || value === undefined) return null;
  if (step === undefined) return value;
  if (Array.isArray(value)) return value.map((each: unknown) => extract(each, [step, ...rest]));
  if (typeof value !== 'object') return null;
  const own: unknown = Object.hasOwn(value, step)
    ? Object.entries(value).find(([key]) => key === step)?.[1]
    : null;
  return extract(own, rest);
}

/** What a field is made of according to the data; a field that fails counts as null, as Federation has it. */
export function inputsFromData(model: Model, data: Data, instance: Instance): (field: FieldModel) => Inputs {
  const follow = (value: Value, path: readonly string[]): unknown => {
    if (Array.isArray(value)) return value.map((each: Value) => follow(each, path));
    const [step, ...rest] = path;
    if (step === undefined || !isInstance(value)) return value;
    try {
      return follow(resolveCell(model, data, value, step, {}, inputsFromData(model, data, value)), rest);
    } catch (error) {
      if (error instanceof GraphQLError) return null;
      throw error;
    }
  };
  return ({ requires }) => (requires?.paths ?? []).map((path) => follow(instance, path));
}
