import { readKey, writeKey } from './rowKeys.ts';

/** An object of the data that is being put together. */
export type Row = Record<string, unknown>;

/** What is read of one object of a subgraph's answer: what the operation asked for of its type. */
export interface Reading {
  /** One key may stand among them several times, each time for other types. */
  readonly fields: readonly ReadField[];
  /** How the object's type is known; `null` where nothing depends on it. */
  readonly typing: Typing | null;
}

/** How the type of an object is known. */
export interface Typing {
  /** Whether the answer was asked for it. */
  readonly isTold: boolean;
  /** Names that say nothing of the concrete type, which interface objects come with. */
  readonly abstract: ReadonlySet<string>;
}

/** One key of a subgraph's answer. */
export interface ReadField {
  readonly from: string;
  /** Its key in the merged data, which is another where the planner gave it one of its own. */
  readonly to: string;
  /** Types of which it was asked for; `null`: of all that can stand here. */
  readonly types: ReadonlySet<string> | null;
  /** Lists around its value; `null` where the schema does not say. */
  readonly depth: number | null;
  /** `null` for a leaf. */
  readonly below: Reading | null;
  /** Of a leaf: a text, number or Boolean, which no object or further list can be. Scalars of the schema's own can. */
  readonly isPlain: boolean;
  /**
   * Whether its object is there for what is below it alone. A null there is left out: merged, it would replace what
   * another fetch of the same object found.
   */
  readonly isOnTheWay: boolean;
  /** Whether both keys are ones that no object has without being given them: they are read and written as they are. */
  readonly isOrdinary: boolean;
}

/** Told where a list or an object of an answer is something else, which counts as null. */
export type OnMisshapen = () => void;

/**
 * Merges an object of a subgraph's answer into one of the data, by what was asked for and nothing else. The answer
 * itself stays as it is: a data source may keep it.
 *
 * INVARIANT: a subgraph cannot give, beside its own fields, an id that another one owns: merged, it would pass one
 * person's data off as about somebody else (test/demo/failures.test.ts, "nobody asked for").
 * INVARIANT: nor can it do so with what was asked for of other types alone, or by saying that an object is of another
 * type than it was known to be (test/leaks/othersIds.test.ts).
 * INVARIANT: what is no list nulls that one value; thrown, it would null others, and a denied value show by what is
 * missing beside it (test/leaks/valueCompletion.test.ts).
 */
export function readInto(
  row: Row,
  source: Readonly<Row>,
  { fields, typing }: Reading,
  onMisshapen: OnMisshapen,
): void {
  const type = typing === null ? null : typeOf(row, source, typing);
  if (type === CONTRADICTED) return onMisshapen();
  for (const field of fields) {
    const { from, to, types, isOrdinary } = field;
    if (types !== null && type !== null && !types.has(type)) continue;
    const value = isOrdinary ? source[from] : readKey(source, from);
    if (value === undefined || (value === null && field.isOnTheWay)) continue;
    const known = isOrdinary ? row[to] : readKey(row, to);
    const merged = value === null ? null : merge(value, field, known, onMisshapen);
    if (isOrdinary) row[to] = merged;
    else writeKey(row, to, merged);
  }
  // The name of an interface does not replace it.
  if (type !== null && typing?.isTold === true) row['__typename'] = type;
}

/** Stands for a type that contradicts what was known of an object. */
const CONTRADICTED: unique symbol = Symbol('contradicted');

/** The concrete type; `null` where it is not known. */
function typeOf(
  { __typename: known }: Readonly<Row>,
  { __typename: told }: Readonly<Row>,
  { isTold, abstract }: Typing,
): string | typeof CONTRADICTED | null {
  const before = typeof known === 'string' && !abstract.has(known) ? known : null;
  const now = isTold && typeof told === 'string' && !abstract.has(told) ? told : null;
  return before !== null && now !== null && before !== now ? CONTRADICTED : (now ?? before);
}

function merge(
  value: unknown,
  { depth, below, isPlain, isOnTheWay }: ReadField,
  known: unknown,
  onMisshapen: OnMisshapen,
): unknown {
  // Another object stands there by now: what is below it is about others.
  if (isOnTheWay && below !== null && isRow(known) && isRow(value) && !agree(known, value, below)) {
    onMisshapen();
    return known;
  }
  if (below !== null) return read(value, depth, below, known, onMisshapen);
  return isLeaf(value, depth, isPlain) ? value : misshapen(onMisshapen);
}

/** Whether an answer says of an object what is known of it. What is on the way below it speaks for itself. */
function agree(known: unknown, value: unknown, reading: Reading | null): boolean {
  if (known === undefined || value === undefined) return true;
  if (Array.isArray(known) && Array.isArray(value)) {
    return known.length === value.length && known.every((item, index) => agree(item, value[index], reading));
  }
  if (reading === null || !isRow(known) || !isRow(value)) return known === value;
  return reading.fields.every(
    ({ from, to, below, isOnTheWay }) => isOnTheWay || agree(readKey(known, to), readKey(value, from), below),
  );
}

/** A list or an object that is merged with what is there already. */
function read(
  value: unknown,
  depth: number | null,
  below: Reading,
  known: unknown,
  onMisshapen: OnMisshapen,
): unknown {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) {
    if (depth === 0) return misshapen(onMisshapen);
    const before: readonly unknown[] =
      Array.isArray(known) && known.length === value.length ? known : NOTHING;
    const items: unknown[] = [];
    for (let index = 0; index < value.length; index++) {
      items.push(read(value[index], depth === null ? null : depth - 1, below, before[index], onMisshapen));
    }
    return items;
  }
  if (!isRow(value) || (depth !== null && depth > 0)) return misshapen(onMisshapen);
  const row: Row = isRow(known) ? known : {};
  readInto(row, value, below, onMisshapen);
  return row;
}

const NOTHING: readonly never[] = Object.freeze([]);

/** Whether a value has the lists of its type; below them, a scalar of the schema's own may be anything. */
function isLeaf(value: unknown, depth: number | null, isPlain: boolean): boolean {
  if (depth === null || value === null) return true;
  if (depth === 0) return !isPlain || typeof value !== 'object';
  if (!Array.isArray(value)) return false;
  return (depth === 1 && !isPlain) || value.every((item) => isLeaf(item, depth - 1, isPlain));
}

function misshapen(onMisshapen: OnMisshapen): null {
  onMisshapen();
  return null;
}

/** Whether a value is an object of the data. */
export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
