import { isListType, isNonNullType, type OutputType } from '@apollo/federation-internals';

/** How many lists a type is of: 2 for `[[Int!]]!`. */
export function listDepth(type: OutputType): number {
  if (isNonNullType(type)) return listDepth(type.ofType);
  return isListType(type) ? 1 + listDepth(type.ofType) : 0;
}
