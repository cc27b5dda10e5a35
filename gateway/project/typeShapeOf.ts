import { readOwn } from './readOwn.ts';
import type { SetShape, TypeShape } from './shape.ts';

/** The shape for one fetched object by its concrete type; `null` where its type is unknown or does not fit. */
export function typeShapeOf(set: SetShape, object: unknown): TypeShape | null {
  if (set.only !== null) return set.of(set.only);
  const typename = readOwn(object, '__typename');
  return typeof typename === 'string' ? set.of(typename) : null;
}
