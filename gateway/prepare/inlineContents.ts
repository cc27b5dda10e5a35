import { getNamedType, isCompositeType, isObjectType, type GraphQLSchema } from 'graphql';
import type { FieldRules } from '../../directives/fieldRule.ts';
import { fieldOf, possibleTypes } from './selections.ts';

/**
 * Fields below personal objects that cannot be fetched apart, since they are a part of keys or lead to subject ids,
 * `Type.field`. Nothing on these fields need say that they are personal; their failure would take the object with it.
 *
 * @param inline coordinates of fields that are fetched with their neighbours, `Type.field`.
 */
export function inlineContents(
  schema: GraphQLSchema,
  rules: FieldRules,
  inline: Iterable<string>,
): ReadonlySet<string> {
  const found = new Set<string>();

  const addBelow = (typeName: string, name: string): void => {
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? fieldOf(type, name) : null;
    const target = field === null ? undefined : getNamedType(field.type);
    for (const each of isCompositeType(target) ? possibleTypes(schema, target) : []) {
      if (rules.isEntity(each.name)) continue;
      for (const below of Object.keys(each.getFields())) {
        const coordinate = `${each.name}.${below}`;
        if (found.has(coordinate)) continue;
        found.add(coordinate);
        addBelow(each.name, below);
      }
    }
  };

  for (const coordinate of inline) {
    const [type = '', field = ''] = coordinate.split('.');
    if (rules.field(type, field) !== null) addBelow(type, field);
  }
  return found;
}
