import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  Kind,
  print,
  visit,
  type ArgumentNode,
  type DirectiveNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';

/** What a schema says about response keys; computed once per generation. */
export interface KeySpace {
  /** No field of the schema begins with it. */
  readonly prefix: string;
  /** Field names that stand for different shapes in different places, which one plain key could not hold. */
  readonly ambiguous: ReadonlySet<string>;
  /** Field names that take arguments on some type: a plain one may be the planner's own, with others. */
  readonly taking: ReadonlySet<string>;
}

/** Chooses the response keys of one operation as subgraphs and the planner see them. */
export interface ReservedKeys {
  /** @param field as the type says that the selection stands on, which may be an interface. */
  of(field: GraphQLField<unknown, unknown>, node: FieldNode): string;
  /** A selection that no client made: it clashes with none of theirs. */
  ofHidden(field: GraphQLField<unknown, unknown>): string;
  /** A mutation's root field runs once for each response key, so each has a key of its own. */
  ofMutation(node: FieldNode): string;
}

/** Finds a prefix that no field of `schema` uses, and the field names that one plain key could not hold. */
export function keySpace(schema: GraphQLSchema): KeySpace {
  const shapeByName = new Map<string, string>();
  const ambiguous = new Set<string>();
  const taking = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || (!isObjectType(type) && !isInterfaceType(type))) continue;
    for (const field of Object.values(type.getFields())) {
      const shape = shapeOf(field);
      const known = shapeByName.get(field.name);
      if (known === undefined) shapeByName.set(field.name, shape);
      else if (known !== shape) ambiguous.add(field.name);
      if (field.args.length > 0) taking.add(field.name);
    }
  }
  let prefix = '_s';
  while ([...shapeByName.keys()].some((name) => name.startsWith(prefix))) prefix += '_';
  return { prefix, ambiguous, taking };
}

/**
 * INVARIANT: a client's response key never reaches the planner (test/leaks/aliases.test.ts). The planner reads
 * entity keys, `@requires` inputs and `__typename` from the fetched data by field name, so an alias such as
 * `{ note: email }` or an argument such as `price(currency: "USD")` could stand in for what it means to read.
 *
 * A field without arguments is fetched under its own name, which is what the planner takes it for. Any other
 * gets a key of ours, one for each distinct field, shape, arguments and directives. Selections that GraphQL
 * merges get one key, whether they stand on an interface or on what implements it. Objects that it does not
 * merge get keys of their own: an error below one of them may null that one, and not the other.
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
    const aliased = node.alias !== undefined && node.alias.value !== field.name;
    const isObject = isCompositeType(getNamedType(field.type));
    if (!space.taking.has(field.name) && directives.length === 0 && !(isObject && aliased)) {
      return aliased ? ofHidden(field) : field.name;
    }
    const given = (node.arguments ?? []).map(printed).sort();
    const apart = isObject ? (node.alias ?? node.name).value : null;
    return intern(
      JSON.stringify([field.name, shapeOf(field), given, directives.map((each) => print(each)), apart]),
    );
  };

  const ofHidden: ReservedKeys['ofHidden'] = (field) =>
    space.ambiguous.has(field.name) ? intern(JSON.stringify([field.name, shapeOf(field)])) : field.name;

  return { of, ofHidden, ofMutation: (node) => intern(`mutation ${(node.alias ?? node.name).value}`) };
}

/** Whether it is `@skip` or `@include`, which decide about a selection and are no part of the field. */
export function isConditional(directive: DirectiveNode): boolean {
  return directive.name.value === 'skip' || directive.name.value === 'include';
}

/** What GraphQL compares where selections may merge: lists, nullness and leaf type, of objects only that they are. */
function shapeOf({ type }: GraphQLField<unknown, unknown>): string {
  const named = getNamedType(type);
  return isCompositeType(named) ? String(type).replace(named.name, '{}') : String(type);
}

/** An argument's text, the same however the fields of its objects are ordered. */
function printed(argument: ArgumentNode): string {
  return print(
    visit(argument, {
      [Kind.OBJECT]: {
        leave: (node) => ({
          ...node,
          fields: node.fields.toSorted((a, b) => (a.name.value < b.name.value ? -1 : 1)),
        }),
      },
    }),
  );
}
