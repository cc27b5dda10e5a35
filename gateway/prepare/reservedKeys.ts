import {
  isInterfaceType,
  isObjectType,
  print,
  type DirectiveNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';

/** What a schema says about response keys; computed once per generation. */
export interface KeySpace {
  /** No field of the schema begins with it. */
  readonly prefix: string;
  /** Field names that stand for different types in different places, which one plain key could not hold. */
  readonly ambiguous: ReadonlySet<string>;
}

/** Chooses the response keys of one operation as subgraphs and the planner see them. */
export interface ReservedKeys {
  of(field: GraphQLField<unknown, unknown>, node: FieldNode): string;
  /** A mutation's root field runs once for each response key, so each has a key of its own. */
  ofMutation(node: FieldNode): string;
}

/** Finds a prefix that no field of `schema` uses, and the field names whose type is not the same everywhere. */
export function keySpace(schema: GraphQLSchema): KeySpace {
  const typeByName = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const text = String(field.type);
      const known = typeByName.get(field.name);
      if (known === undefined) typeByName.set(field.name, text);
      else if (known !== text) ambiguous.add(field.name);
    }
  }
  let prefix = '_s';
  while ([...typeByName.keys()].some((name) => name.startsWith(prefix))) prefix += '_';
  return { prefix, ambiguous };
}

/**
 * INVARIANT: a client's response key never reaches the planner (test/leaks/aliases.test.ts). The planner reads
 * entity keys, `@requires` inputs and `__typename` from the fetched data by field name, so an alias such as
 * `{ note: email }` or an argument such as `price(currency: "USD")` could stand in for what it means to read.
 *
 * A field without arguments is fetched under its own name, which is what the planner takes it for. Any other
 * gets a key of ours, one for each distinct field, type, arguments and directives.
 */
export function reservedKeys(space: KeySpace): ReservedKeys {
  const keys = new Map<string, string>();

  const intern = (signature: string): string => {
    let key = keys.get(signature);
    if (key === undefined) {
      key = `${space.prefix}${keys.size}`;
      keys.set(signature, key);
    }
    return key;
  };

  const of: ReservedKeys['of'] = (field, node) => {
    const directives = (node.directives ?? []).filter((directive) => !isConditional(directive));
    const plain = field.args.length === 0 && directives.length === 0;
    if (plain && (node.alias === undefined || !space.ambiguous.has(field.name))) return field.name;
    const given = (node.arguments ?? []).map((argument) => print(argument)).sort();
    return intern(
      JSON.stringify([field.name, String(field.type), given, directives.map((each) => print(each))]),
    );
  };

  return { of, ofMutation: (node) => intern(`mutation ${(node.alias ?? node.name).value}`) };
}

/** Whether it is `@skip` or `@include`, which decide about a selection and are no part of the field. */
export function isConditional(directive: DirectiveNode): boolean {
  return directive.name.value === 'skip' || directive.name.value === 'include';
}
