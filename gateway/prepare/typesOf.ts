import { isAbstractType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';

/** Names of types that a type condition holds for: its own, and those of what is under an interface or union. */
export function typesOf(schema: GraphQLSchema, condition: string): ReadonlySet<string> {
  const names = new Set([condition]);
  const type = schema.getType(condition);
  if (!isAbstractType(type)) return names;
  for (const each of Object.values(schema.getTypeMap())) {
    if ((isObjectType(each) || isInterfaceType(each)) && schema.isSubType(type, each)) names.add(each.name);
  }
  return names;
}
