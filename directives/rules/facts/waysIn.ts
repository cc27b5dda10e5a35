import type { SupergraphIndex } from '../../supergraphIndex.ts';

/** A field through which objects of a type are reached. */
export interface WayIn {
  /** The object type that holds it; never an interface, whose implementers hold it themselves. */
  readonly holder: string;
  readonly field: string;
}

/** Every field of an object type that leads to each object type, itself or through an interface or union. */
export function waysIn(index: SupergraphIndex): ReadonlyMap<string, readonly WayIn[]> {
  const ways = new Map<string, WayIn[]>();
  for (const { name: holder, kind, fields } of index.types.values()) {
    if (kind !== 'OBJECT') continue;
    for (const { name: field, type } of fields.values()) {
      for (const { name } of index.possible(type)) {
        const known = ways.get(name);
        if (known === undefined) ways.set(name, [{ holder, field }]);
        else known.push({ holder, field });
      }
    }
  }
  return ways;
}
