import * as fc from 'fast-check';
import {
  getNamedType,
  isCompositeType,
  isInputObjectType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

/** A random operation; not always valid, since aliases may clash. */
export interface RandomOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** One selection, before it is written down. */
type Selection =
  | {
      readonly kind: 'field';
      readonly alias: string | null;
      readonly field: string;
      readonly given: string;
      readonly condition: string;
      readonly selections: readonly Selection[] | null;
    }
  | {
      readonly kind: 'fragment';
      readonly named: boolean;
      readonly on: string | null;
      readonly inherited: string;
      readonly condition: string;
      readonly selections: readonly Selection[];
    };

const VARIABLES: Readonly<Record<string, string>> = {
  yes: 'Boolean!',
  no: 'Boolean!',
  maybe: 'Boolean = true',
  text: 'String',
  count: 'Int',
  some: 'Int = 2',
};

const VALUES = fc.record(
  {
    yes: fc.boolean(),
    no: fc.boolean(),
    maybe: fc.boolean(),
    text: fc.constantFrom('x', null),
    count: fc.constantFrom(0, 1, 3, null),
    some: fc.constantFrom(1, 4),
  },
  { requiredKeys: ['yes', 'no'] },
);

const CONDITIONS = fc.oneof(
  { weight: 8, arbitrary: fc.constant('') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '@include(if: $yes)',
      '@skip(if: $no)',
      '@include(if: true)',
      '@skip(if: true)',
      '@include(if: $yes) @skip(if: $no)',
    ),
  },
);

/** Operations over `schema`, up to `depth` levels of objects; of its mutations there are none. */
export function randomOperation(schema: GraphQLSchema, depth: number): fc.Arbitrary<RandomOperation> {
  const known = new Map<string, fc.Arbitrary<Selection>>();
  // Names of fields as aliases, so that one field stands where the planner looks for another.
  const names = [
    ...new Set(
      Object.values(schema.getTypeMap()).flatMap((type) =>
        isObjectType(type) && !type.name.startsWith('__') ? Object.keys(type.getFields()) : [],
      ),
    ),
    '__proto__',
    'constructor',
    '_s0',
    '_s1',
  ];
  const alias = fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.constantFrom('a', 'b', 'c') },
    { weight: 2, arbitrary: fc.constantFrom(...names) },
  );

  function selectionsOf(type: GraphQLCompositeType, left: number): fc.Arbitrary<readonly Selection[]> {
    return fc.array(selectionOf(type, left), { minLength: 1, maxLength: 4 });
  }

  function selectionOf(type: GraphQLCompositeType, left: number): fc.Arbitrary<Selection> {
    const key = `${type.name} ${left}`;
    const memo = known.get(key);
    if (memo !== undefined) return memo;
    const fields = isUnionType(type) ? [] : Object.values(type.getFields());
    const reachable = fields.filter((field) => left > 0 || !isCompositeType(getNamedType(field.type)));
    const leaf = fc.record({
      kind: fc.constant('field' as const),
      alias,
      field: fc.constant('__typename'),
      given: fc.constant(''),
      condition: CONDITIONS,
      selections: fc.constant(null),
    });
    const choices: fc.WeightedArbitrary<Selection>[] = [
      { weight: 1, arbitrary: leaf },
      ...reachable.map((field) => ({ weight: 2, arbitrary: fieldOf(field, left) })),
    ];
    if (left > 0) choices.push({ weight: isUnionType(type) ? 8 : 3, arbitrary: fragmentOf(type, left) });
    const made = fc.oneof(...choices);
    known.set(key, made);
    return made;
  }

  function fieldOf(field: GraphQLField<unknown, unknown>, left: number): fc.Arbitrary<Selection> {
    const type = getNamedType(field.type);
    return fc.record({
      kind: fc.constant('field' as const),
      alias,
      field: fc.constant(field.name),
      given: argumentsOf(field.args),
      condition: CONDITIONS,
      selections: isCompositeType(type)
        ? fc.constant(null).chain(() => selectionsOf(type, left - 1))
        : fc.constant(null),
    });
  }

  function fragmentOf(type: GraphQLCompositeType, left: number): fc.Arbitrary<Selection> {
    const possible = isObjectType(type) ? [type] : schema.getPossibleTypes(type);
    const around = possible.flatMap((each) => each.getInterfaces());
    const conditions = [null, type, ...possible, ...around];
    return fc
      .nat(conditions.length - 1)
      .map((index) => conditions[index] ?? null)
      .chain((on) =>
        fc.record({
          kind: fc.constant('fragment' as const),
          named: fc.boolean(),
          on: fc.constant(on?.name ?? null),
          inherited: fc.constant(type.name),
          condition: CONDITIONS,
          selections: selectionsOf(on ?? type, left - 1),
        }),
      );
  }

  const query = schema.getQueryType();
  if (!query) throw new Error('The schema has no queries.');
  const fields = Object.values(query.getFields()).map((field) => fieldOf(field, depth));
  return fc
    .record({ selections: fc.array(fc.oneof(...fields), { minLength: 1, maxLength: 3 }), values: VALUES })
    .map(({ selections, values }) => written(selections, values));
}

/** Arguments as they are written; those that are not required are left out as often as not. */
function argumentsOf(args: readonly GraphQLArgument[]): fc.Arbitrary<string> {
  return fc
    .tuple(
      ...args.map((arg) => {
        const value = literal(arg.type).map((text) => `${arg.name}: ${text}`);
        return isNonNullType(arg.type) && arg.defaultValue === undefined
          ? value
          : fc.option(value, { nil: '' });
      }),
    )
    .map((given) => given.filter((each) => each !== '').join(', '));
}

function literal(type: GraphQLInputType): fc.Arbitrary<string> {
  if (isNonNullType(type)) return required(type.ofType);
  const nullable = [fc.constant('null'), required(type)];
  if (String(type) === 'Boolean') nullable.push(fc.constant('$yes'), fc.constant('$maybe'));
  if (String(type) === 'Int') nullable.push(fc.constant('$count'), fc.constant('$some'));
  if (String(type) === 'String') nullable.push(fc.constant('$text'));
  return fc.oneof(...nullable);
}

function required(type: GraphQLInputType): fc.Arbitrary<string> {
  if (isListType(type))
    return fc.array(literal(type.ofType), { maxLength: 2 }).map((items) => `[${items.join(', ')}]`);
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map((value) => value.name));
  if (isInputObjectType(type)) {
    return fc
      .tuple(
        ...Object.values(type.getFields()).map((field) =>
          fc.option(
            literal(field.type).map((text) => `${field.name}: ${text}`),
            { nil: '' },
          ),
        ),
      )
      .map((given) => `{ ${given.filter((each) => each !== '').join(', ')} }`);
  }
  switch (String(type)) {
    case 'Boolean':
      return fc.constantFrom('true', 'false');
    case 'Int':
      return fc.constantFrom('0', '1', '3');
    case 'ID':
      return fc.constantFrom('"b1"', '"b2"', '"b9"');
    default:
      return fc.constantFrom('"x"', '"Aoki"');
  }
}

function written(
  selections: readonly Selection[],
  values: Readonly<Record<string, unknown>>,
): RandomOperation {
  const fragments: string[] = [];
  const set = (of: readonly Selection[]): string => `{ ${of.map(one).join(' ')} }`;
  const one = (selection: Selection): string => {
    const { condition } = selection;
    if (selection.kind === 'field') {
      const { alias, field, given, selections: below } = selection;
      const named = alias === null ? field : `${alias}: ${field}`;
      return `${named}${given === '' ? '' : `(${given})`} ${condition} ${below === null ? '' : set(below)}`;
    }
    const body = set(selection.selections);
    if (!selection.named)
      return `... ${selection.on === null ? '' : `on ${selection.on}`} ${condition} ${body}`;
    const name = `F${fragments.length}`;
    fragments.push(`fragment ${name} on ${selection.on ?? selection.inherited} ${body}`);
    return `...${name} ${condition}`;
  };
  const body = [set(selections), ...fragments].join('\n');
  const used = Object.keys(VARIABLES).filter((name) => new RegExp(`\\$${name}\\b`).test(body));
  const definitions = used.map((name) => `$${name}: ${VARIABLES[name] ?? ''}`);
  return {
    query: `query ${definitions.length === 0 ? '' : `(${definitions.join(', ')})`} ${body}`.replaceAll(
      / +/g,
      ' ',
    ),
    variables: Object.fromEntries(used.flatMap((name) => (name in values ? [[name, values[name]]] : []))),
  };
}
