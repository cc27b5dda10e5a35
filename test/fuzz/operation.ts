import * as fc from 'fast-check';
import {
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
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
  readonly operationName: string | null;
}

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
      readonly twice: boolean;
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
  __proto__x: 'String',
  constructor: 'String = "given-default"',
  count: 'Int',
  toString: 'Int = 2',
  sort: 'Sort',
  filter: 'Filter',
  stamp: 'Stamp',
};

/** Begins every value that an operation brings along; logs and the access record must hold none. */
export const GIVEN = 'given-';

const FILTERS: readonly unknown[] = [
  null,
  {},
  { text: 'given-filter' },
  { mail: null, many: ['given-one'] },
  { deep: { name: 'given-deep' }, sort: 'BY_MAIL' },
];

const VALUES = fc.record(
  {
    yes: fc.boolean(),
    no: fc.boolean(),
    maybe: fc.boolean(),
    text: fc.constantFrom('given-text', 'given-other', null),
    __proto__x: fc.constantFrom('given-proto', null),
    constructor: fc.constantFrom('given-constructor', null),
    count: fc.constantFrom(0, 1, 3, null),
    toString: fc.constantFrom(1, 4),
    sort: fc.constantFrom('BY_NUM', 'BY_MAIL', null),
    filter: fc.constantFrom(...FILTERS),
    stamp: fc.constantFrom('given-stamp', null),
  },
  { requiredKeys: ['yes', 'no'] },
);

const CONDITIONS = fc.oneof(
  { weight: 9, arbitrary: fc.constant('') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '@include(if: $yes)',
      '@skip(if: $no)',
      '@include(if: $maybe)',
      '@skip(if: true)',
      '@include(if: $yes) @skip(if: $no)',
    ),
  },
);

/** What an operation may say by name beside what the schema has. */
export interface Vocabulary {
  /** Ids of entities, for arguments. */
  readonly ids: readonly string[];
}

/** Operations over `schema`, up to `depth` levels of objects. */
export function randomOperation(
  schema: GraphQLSchema,
  root: 'query' | 'mutation',
  depth: number,
  { ids }: Vocabulary,
): fc.Arbitrary<RandomOperation> {
  const known = new Map<string, fc.Arbitrary<Selection>>();
  // Names of fields as aliases, so that one field stands where the planner looks for another.
  const names = [
    ...new Set(
      Object.values(schema.getTypeMap()).flatMap((type) =>
        isObjectType(type) && !type.name.startsWith('__') ? Object.keys(type.getFields()) : [],
      ),
    ),
  ];
  const alias = fc.oneof(
    { weight: 7, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.constantFrom('a', 'b', 'c') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', '_s0', '_s1', '_id', '__alias_0'),
    },
    { weight: 2, arbitrary: fc.constantFrom(...names) },
  );

  function selectionsOf(type: GraphQLCompositeType, left: number): fc.Arbitrary<readonly Selection[]> {
    return fc.array(selectionOf(type, left), { minLength: 1, maxLength: 5 });
  }

  function selectionOf(type: GraphQLCompositeType, left: number): fc.Arbitrary<Selection> {
    const key = `${type.name} ${left}`;
    const memo = known.get(key);
    if (memo !== undefined) return memo;
    const fields = isUnionType(type) ? [] : Object.values(type.getFields());
    const reachable = fields.filter((field) => left > 0 || !isCompositeType(getNamedType(field.type)));
    const typename = fc.record({
      kind: fc.constant('field' as const),
      alias,
      field: fc.constant('__typename'),
      given: fc.constant(''),
      condition: CONDITIONS,
      selections: fc.constant(null),
    });
    const choices: fc.WeightedArbitrary<Selection>[] = [
      { weight: 1, arbitrary: typename },
      ...reachable.map((field) => ({ weight: 2, arbitrary: fieldOf(field, left) })),
    ];
    if (left > 0) {
      const weight = isUnionType(type) ? 8 : isObjectType(type) ? 2 : 5;
      choices.push({ weight, arbitrary: fragmentOf(type, left) });
    }
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
      given: argumentsOf(field.args, ids),
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
    return fc.nat(conditions.length - 1).chain((index) => {
      const on = conditions[index] ?? null;
      return fc.record({
        kind: fc.constant('fragment' as const),
        named: fc.boolean(),
        twice: fc.nat(6).map((each) => each === 6),
        on: fc.constant(on?.name ?? null),
        inherited: fc.constant(type.name),
        condition: CONDITIONS,
        selections: selectionsOf(on ?? type, left - 1),
      });
    });
  }

  const rootType = root === 'query' ? schema.getQueryType() : schema.getMutationType();
  if (!rootType) throw new Error(`The schema has no ${root} type.`);
  const fields = Object.values(rootType.getFields()).map((field) => fieldOf(field, depth));
  return fc
    .record({
      selections: fc.array(fc.oneof(...fields), { minLength: 1, maxLength: 3 }),
      values: VALUES,
      name: fc.constantFrom(null, null, 'Named', 'Chosen'),
    })
    .map(({ selections, values, name }) => written(root, name, selections, values));
}

/** Arguments as they are written; those that are not required are left out as often as not. */
function argumentsOf(args: readonly GraphQLArgument[], ids: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(
      ...args.map((arg) => {
        const value = literal(arg.type, ids).map((text) => `${arg.name}: ${text}`);
        return isNonNullType(arg.type) && arg.defaultValue === undefined
          ? value
          : fc.oneof({ weight: 2, arbitrary: fc.constant('') }, { weight: 1, arbitrary: value });
      }),
    )
    .map((given) => given.filter((each) => each !== '').join(', '));
}

const VARIABLES_BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  String: ['$text', '$__proto__x', '$constructor'],
  Int: ['$count', '$toString'],
  Sort: ['$sort'],
  Filter: ['$filter'],
  Stamp: ['$stamp'],
};

function literal(type: GraphQLInputType, ids: readonly string[]): fc.Arbitrary<string> {
  if (isNonNullType(type)) return required(type.ofType, ids);
  const variables = VARIABLES_BY_TYPE[String(type)] ?? [];
  return fc.oneof(
    fc.constant('null'),
    { weight: 2, arbitrary: required(type, ids) },
    ...variables.map((name) => fc.constant(name)),
  );
}

function required(type: GraphQLInputType, ids: readonly string[]): fc.Arbitrary<string> {
  if (isListType(type)) {
    return fc.array(literal(type.ofType, ids), { maxLength: 2 }).map((items) => `[${items.join(', ')}]`);
  }
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map((value) => value.name));
  if (isInputObjectType(type)) {
    return fc
      .tuple(
        ...Object.values(type.getFields()).map((field) =>
          fc.option(
            fc.constant(null).chain(() => literal(field.type, ids).map((text) => `${field.name}: ${text}`)),
            { nil: '', freq: 1 },
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
      return fc.constantFrom(...ids.map((id) => JSON.stringify(id)), '"none"');
    default:
      return fc.constantFrom('"given-literal"', '"given-word"');
  }
}

function written(
  root: 'query' | 'mutation',
  name: string | null,
  selections: readonly Selection[],
  values: Readonly<Record<string, unknown>>,
): RandomOperation {
  const fragments = new Map<string, string>();
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
    const definition = `on ${selection.on ?? selection.inherited} ${body}`;
    const fragment = fragments.get(definition) ?? `F${fragments.size}`;
    fragments.set(definition, fragment);
    return selection.twice ? `...${fragment} ${condition} ...${fragment}` : `...${fragment} ${condition}`;
  };
  const top = set(selections);
  const body = [
    top,
    ...[...fragments].map(([definition, fragment]) => `fragment ${fragment} ${definition}`),
  ].join('\n');
  const used = Object.keys(VARIABLES).filter((each) => new RegExp(`\\$${each}\\b`).test(body));
  const definitions = used.map((each) => `$${each}: ${VARIABLES[each] ?? ''}`);
  const head = `${root} ${name ?? ''} ${definitions.length === 0 ? '' : `(${definitions.join(', ')})`}`;
  const others = name === 'Chosen' ? `\nquery Other { __typename }` : '';
  return {
    query: `${head} ${body}${others}`.replaceAll(/ +/g, ' ').replaceAll('__proto__x', '__proto__'),
    variables: Object.fromEntries(
      used.flatMap((each) =>
        Object.hasOwn(values, each) ? [[each === '__proto__x' ? '__proto__' : each, values[each]]] : [],
      ),
    ),
    operationName: name,
  };
}
