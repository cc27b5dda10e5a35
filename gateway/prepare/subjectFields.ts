import { getNamedType, isCompositeType, isObjectType, type GraphQLSchema } from 'graphql';
import type { FieldRules } from '../../directives/fieldRule.ts';
import { fieldOf, possibleTypes } from './selections.ts';

/**
 * Every field on the way to a subject id, `Type.field`. Such a field may be personal itself, but whom a value is
 * about is known before anything is decided: it is no denied value that could fail beside others.
 */
export function subjectFields(schema: GraphQLSchema, rules: FieldRules): ReadonlySet<string> {
  const found = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    const declared = Object.keys(type.getFields()).flatMap(
      (name) => rules.field(type.name, name)?.subjects ?? [],
    );
    for (const { path, unresolved } of [...rules.subjectsOf(type.name), ...declared]) {
      if (!unresolved) follow(schema, type.name, path, found);
    }
  }
  return found;
}

function follow(schema: GraphQLSchema, from: string, path: readonly string[], found: Set<string>): void {
  let types: readonly string[] = [from];
  for (const name of path) {
    types = types.flatMap((each) => {
      found.add(`${each}.${name}`);
      const type = schema.getType(each);
      const field = isObjectType(type) ? fieldOf(type, name) : null;
      const target = field === null ? undefined : getNamedType(field.type);
      return isCompositeType(target) ? possibleTypes(schema, target).map((possible) => possible.name) : [];
    });
  }
}
