import {
  generateValue,
  isInstance,
  tokensOf,
  type Cell,
  type Data,
  type DataInput,
  type Instance,
  type Value,
} from './data.ts';
import type { Settle, Settled } from './decisions.ts';
import { fieldOf, isLeaf, type FieldModel } from './model.ts';

/** How a second data set is made. */
export interface VaryInput extends DataInput {
  readonly settle: Settle;
  /** What a leaf looks like at level `masked`. */
  readonly imageOf: (value: Value, settled: Settled) => unknown;
  /** Coordinates that something else is made of, and whose image at level `masked` so is not all that shows. */
  readonly inputs: ReadonlySet<string>;
  /** Coordinates that must be there if they may not be null. */
  readonly needed: ReadonlySet<string>;
  /** Whether denied objects and lists of them may differ too, which changes what must be fetched for them. */
  readonly objects: 'may differ' | 'stay';
}

/** Two data sets that a caller must not be able to tell apart. */
export interface Pair {
  readonly data: Data;
  /** Texts and numbers of either that must show nowhere. */
  readonly canaries: ReadonlySet<string>;
  readonly varied: number;
  /** Coordinates of denied fields that fail or are null in one of the two and not in the other. */
  readonly failing: ReadonlySet<string>;
}

const OFTEN_VARIED = 0.7;

/**
 * A data set that agrees with another in row sets, order, nullness of what is not denied, subject ids, everything
 * shown and each mask's image; denied leaves differ freely, also in nullness, error and length.
 */
export function vary(data: Data, input: VaryInput): Pair {
  const { model, dice, settle, steady } = input;
  const entities = new Map<Instance, Instance>();
  const canaries = new Set<string>();
  const failing = new Set<string>();
  let varied = 0;

  for (const instance of [...data.entities.values()].flat()) entities.set(instance, copied(instance, null));
  const next: Data = {
    entities: new Map(
      [...data.entities].map(([name, all]) => [name, all.map((each) => entities.get(each) ?? each)]),
    ),
    roots: new Map([...data.roots].map(([name, root]) => [name, copied(root, null)])),
  };

  const fill = (from: Instance, to: Instance): void => {
    for (const [name, cell] of from.cells) to.cells.set(name, cellFrom(from, to, name, cell));
  };

  const cellFrom = (from: Instance, to: Instance, name: string, cell: Cell): Cell => {
    const field = fieldOf(model, from.type, name);
    const settled = settle(from, name);
    const isSteady = steady.has(`${from.type}.${name}`);
    if (field !== undefined && settled !== null && !isSteady) {
      if (settled.decision.effect === 'deny') return denied(to, field, cell);
      if (settled.decision.level === 'masked') return masked(from, to, field, cell, settled);
    }
    return copy(cell, to, name);
  };

  const copy = (cell: Cell, to: Instance, name: string): Cell =>
    cell.kind === 'error' ? cell : { kind: 'value', value: copyValue(cell.value, to, name) };

  const copyValue = (value: Value, to: Instance, name: string): Value => {
    if (Array.isArray(value)) return value.map((each: Value) => copyValue(each, to, name));
    if (!isInstance(value)) return value;
    const entity = entities.get(value);
    if (entity !== undefined) return entity;
    const part = copied(value, { instance: to, field: name });
    fill(value, part);
    return part;
  };

  const denied = (to: Instance, field: FieldModel, cell: Cell): Cell => {
    const isOfLeaves = isLeaf(model, field.type.named);
    if (isOfLeaves) for (const token of tokensIn(cell)) canaries.add(token);
    if (!dice.chance(OFTEN_VARIED) || (!isOfLeaves && input.objects === 'stay'))
      return copy(cell, to, field.name);
    varied += 1;
    const fresh = changed(to, field);
    if (isFailure(fresh) !== isFailure(cell)) failing.add(`${to.type}.${field.name}`);
    if (isOfLeaves) for (const token of tokensIn(fresh)) canaries.add(token);
    return fresh;
  };

  /** A field that may not be null fails where it is: its author may not have known. */
  const changed = (to: Instance, field: FieldModel): Cell => {
    const mayFail = field.type.nonNull[0] !== true || !input.needed.has(`${to.type}.${field.name}`);
    if (mayFail && dice.chance(0.2)) {
      return dice.chance(0.4) ? { kind: 'value', value: null } : { kind: 'error', text: failure() };
    }
    return { kind: 'value', value: generateValue(to, field, next, input) };
  };

  const failure = (): string => `c0${(input.tokens.next++).toString(36).padStart(6, '0')}z`;

  const masked = (from: Instance, to: Instance, field: FieldModel, cell: Cell, settled: Settled): Cell => {
    for (const token of tokensIn(cell)) canaries.add(token);
    const isVaried =
      cell.kind === 'value' &&
      isLeaf(model, field.type.named) &&
      !input.inputs.has(`${from.type}.${field.name}`) &&
      dice.chance(OFTEN_VARIED);
    if (!isVaried) return copy(cell, to, field.name);
    const each = (value: Value): Value => {
      if (Array.isArray(value)) return value.map(each);
      if (value === null) return null;
      const leaf = { ...field, type: { ...field.type, nonNull: [true] } };
      const fresh = generateValue(to, leaf, next, input);
      const [one, other] = [input.imageOf(value, settled), input.imageOf(fresh, settled)];
      if (one !== other) return value;
      for (const token of tokensOf(fresh)) canaries.add(token);
      return fresh;
    };
    varied += 1;
    return { kind: 'value', value: each(cell.value) };
  };

  for (const [from, to] of entities) fill(from, to);
  for (const [name, root] of data.roots) {
    const to = next.roots.get(name);
    if (to !== undefined) fill(root, to);
  }
  return { data: next, canaries, varied, failing };
}

function isFailure(cell: Cell): boolean {
  return cell.kind === 'error' || cell.value === null;
}

function copied({ type }: Instance, parent: Instance['parent']): Instance {
  return { type, cells: new Map(), parent };
}

function tokensIn(cell: Cell): string[] {
  return cell.kind === 'error' ? tokensOf(cell.text) : tokensOf(cell.value);
}
