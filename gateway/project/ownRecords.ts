import type { TypeShape } from './shape.ts';

/** A fetched object as a record that holds nothing but its own properties. */
export type OwnRecord = Readonly<Record<string, unknown>>;

/**
 * Creates the reading of one walk's objects, which must not change meanwhile. Almost all are what `JSON.parse` makes,
 * asked for names that no object has by nature: those are read as they are, the others through a copy.
 *
 * INVARIANT: whatever an object inherits is not read from it (test/gateway/project/ownRecords.test.ts).
 */
export function ownRecords(): (object: object, shape: Pick<TypeShape, 'inheritedKeys'>) => OwnRecord {
  const polluted = hasAdditions(Object.prototype);
  return (object, { inheritedKeys }) =>
    inheritedKeys || polluted || !isPlain(object) ? ownCopy(object) : object;
}

function isPlain(object: object): object is OwnRecord {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null;
}

/** Assigning to a prototype, which is how hostile keys get there, makes properties that can be enumerated. */
function hasAdditions(prototype: object): boolean {
  return Object.keys(prototype).length > 0;
}

/** Nothing is inherited from `null`, and there `__proto__` is a name like any other. */
function ownCopy(object: object): OwnRecord {
  return Object.assign<Record<string, unknown>, object>({ __proto__: null }, object);
}
