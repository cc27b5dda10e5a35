import {
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  ListType,
  type OutputType,
  type Schema,
} from '@apollo/federation-internals';

/** A copy of `schema` in which no output is non-null, at any depth of lists. */
export function nullableOutputs(schema: Schema): Schema {
  const copy = schema.clone();
  for (const type of copy.types()) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of type.fields()) {
      if (field.type !== undefined) field.type = nullable(field.type);
    }
  }
  return copy;
}

function nullable(type: OutputType): OutputType {
  if (isNonNullType(type)) return nullable(type.ofType);
  return isListType(type) ? new ListType(nullable(type.ofType)) : type;
}
