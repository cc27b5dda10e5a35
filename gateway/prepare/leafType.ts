import { isEnumType, isScalarType, isSpecifiedScalarType, type GraphQLNamedType } from 'graphql';
import type { LeafType } from '../../policies/masks/mask.ts';

const SPECIFIED: ReadonlySet<string> = new Set(['String', 'ID', 'Int', 'Float', 'Boolean']);

/** A GraphQL leaf type in the words of `policies/masks/`. */
export function leafType(type: GraphQLNamedType): LeafType {
  if (isEnumType(type)) {
    return { kind: 'Enum', name: type.name, values: type.getValues().map((value) => value.name) };
  }
  if (isScalarType(type) && isSpecifiedScalarType(type) && isSpecifiedName(type.name)) {
    return { kind: type.name, name: type.name, values: [] };
  }
  return { kind: 'Scalar', name: type.name, values: [] };
}

function isSpecifiedName(name: string): name is Exclude<LeafType['kind'], 'Enum' | 'Scalar'> {
  return SPECIFIED.has(name);
}
