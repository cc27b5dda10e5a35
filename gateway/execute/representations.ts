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
  const known = new Map<string, number>();
  const numbers = rows.map((row) => {
    const representation = representationOf(row, requires);
    if (representation === null) return -1;
    const text = textOf(representation);
    const number = known.get(text);
    if (number !== undefined) return number;
    known.set(text, representations.length);
    return representations.push(representation) - 1;
  });
  return { representations, numbers };
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

function representationOf(row: Row, { byType, rewrites }: Requires): Row | null {
  const parts = partsFor(row, byType);
  if (parts === undefined) return null;
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
