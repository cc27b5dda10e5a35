import { isRow, type Row } from './reading.ts';
import { applyRewrites, type Rewrite } from './rewrites.ts';
import { readKey, writeKey } from './rowKeys.ts';

/** What a fetch of entities sends of each object. */
export interface Requires {
  /** By the type that the object says it is of; a type that is not among them is not asked about. */
  readonly byType: ReadonlyMap<string, readonly Needs[]>;
  readonly rewrites: readonly Rewrite[];
}

/** Fields that must all be there. */
export type Needs = readonly Need[];

export interface Need {
  readonly key: string;
  /** By the value's type, `null` for a leaf. */
  readonly below: Below | null;
}

/** What is needed of an object below: of any type, and of some. */
export interface Below {
  readonly needs: Needs;
  readonly byType: ReadonlyMap<string, readonly Needs[]>;
}

/** What one fetch asks about. */
export interface Asked {
  /** Each once. */
  readonly representations: readonly Row[];
  /** Of each object, the number of its representation; `-1`: it is not asked about. */
  readonly numbers: readonly number[];
}

/**
 * The representations of objects: none of an object of another type, or of which a required field is missing, and
 * one for all that have the same.
 */
export function represent(rows: readonly Row[], requires: Requires): Asked {
  const representations: Row[] = [];
  const byText = new Map<string, number>();
  const byType = new Map<unknown, OfType | null>();

  const numberOf = (row: Row): number => {
    const typename = readKey(row, '__typename');
    let ofType = byType.get(typename);
    if (ofType === undefined) byType.set(typename, (ofType = ofTypeNamed(typename, requires)));
    if (ofType === null) return -1;
    const { parts, key, byKey } = ofType;
    const value = key === null ? undefined : readKey(row, key);
    const isKnownByKey = typeof value === 'string' || typeof value === 'number';
    const known = isKnownByKey ? byKey.get(value) : undefined;
    if (known !== undefined) return known;

    const representation = representationOf(row, parts, requires.rewrites);
    if (representation === null) return -1;
    const text = isKnownByKey ? null : textOf(representation);
    const equal = text === null ? undefined : byText.get(text);
    if (equal !== undefined) return equal;
    const number = representations.push(representation) - 1;
    if (text === null) byKey.set(value, number);
    else byText.set(text, number);
    return number;
  };

  const numbers: number[] = [];
  for (const row of rows) numbers.push(numberOf(row));
  return { representations, numbers };
}

/** How objects of one type are told apart. */
interface OfType {
  readonly parts: readonly Needs[];
  /** The one field that is needed beside the type, which is most often so; `null`: several, or parts of objects. */
  readonly key: string | null;
  /** Numbers of representations by its values. */
  readonly byKey: Map<unknown, number>;
}

function ofTypeNamed(typename: unknown, { byType }: Requires): OfType | null {
  const parts = typeof typename === 'string' ? byType.get(typename) : undefined;
  if (parts === undefined) return null;
  const [needs, ...others] = parts;
  const [first, ...more] = (needs ?? []).filter(({ key }) => key !== '__typename');
  const isOne = first !== undefined && first.below === null && more.length === 0 && others.length === 0;
  return { parts, key: isOne ? first.key : null, byKey: new Map() };
}

/** Equal for equal representations alone. Quicker than JSON, where there is nothing but keys that are texts or numbers. */
function textOf(representation: Row): string {
  let text = '';
  for (const key of Object.keys(representation)) {
    const value = representation[key];
    text +=
      typeof value === 'string' ? `${key}=${value.length}"${value}` : `${key}:${JSON.stringify(value)},`;
  }
  return text;
}

function representationOf(row: Row, parts: readonly Needs[], rewrites: readonly Rewrite[]): Row | null {
  let representation: Row | null = null;
  for (const needs of parts) {
    const part = required(row, needs);
    if (part !== null) representation = representation === null ? part : merged(representation, part);
  }
  if (representation === null || typeof readKey(representation, '__typename') !== 'string') return null;
  applyRewrites(rewrites, representation);
  return representation;
}

function partsFor(row: Row, byType: ReadonlyMap<string, readonly Needs[]>): readonly Needs[] | undefined {
  const typename = readKey(row, '__typename');
  return typeof typename === 'string' ? byType.get(typename) : undefined;
}

/** A copy of what is needed; `null` where something of it is missing. */
function required(row: Row, needs: Needs): Row | null {
  const found: Row = {};
  for (const { key, below } of needs) {
    const value = readKey(row, key);
    if (value === undefined) return null;
    writeKey(found, key, below === null ? value : requiredBelow(value, below));
  }
  return found;
}

function requiredBelow(value: unknown, below: Below): unknown {
  if (Array.isArray(value)) return value.map((item) => requiredBelow(item, below));
  if (!isRow(value)) return null;
  let found = required(value, below.needs);
  if (found === null) return null;
  for (const needs of partsFor(value, below.byType) ?? []) {
    const part = required(value, needs);
    if (part !== null) found = merged(found, part);
  }
  return found;
}

/** Adds what one part needs to what another one does. Both are copies. */
function merged(into: Row, part: Row): Row {
  for (const key of Object.keys(part)) writeKey(into, key, together(readKey(into, key), readKey(part, key)));
  return into;
}

function together(known: unknown, more: unknown): unknown {
  if (isRow(known) && isRow(more)) return merged(known, more);
  if (Array.isArray(known) && Array.isArray(more) && known.length === more.length) {
    return known.map((item, index) => together(item, more[index]));
  }
  return more;
}
