import { buildSchema, Kind, parse, type FieldNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { keySpace, reservedKeys } from '../../../gateway/prepare/reservedKeys.ts';
import { fetchesOf, generationOf, plannedText, prepareQuery, fetched, show } from '../prepareHarness.ts';

const PETS = `
  type Query { pets: [Pet] pet(id: ID): Pet }
  interface Person { nick: String }
  interface Pet { id: ID name: String tag: String toys: [Toy] owner: Person rank(by: Order): Int }
  type Dog implements Pet @key(fields: "id") {
    id: ID! name: String! tag(long: Boolean): String toys(first: Int): [Toy] owner: User rank(by: Order): Int!
  }
  type Cat implements Pet @key(fields: "id") { id: ID name: String tag: String toys: [Toy] owner: Ghost rank(by: Order): Int }
  type Toy { id: Int colour: String size: Int }
  type User implements Person { nick: String level: Int }
  type Ghost implements Person { nick: String }
  input Order { a: Int b: Int }
`;

const generation = generationOf(PETS);

describe('the planned operation', () => {
  const planned: readonly { name: string; query: string; expected: string }[] = [
    { name: 'asks plainly', query: '{ pets { name } }', expected: '{pets{__typename name}}' },
    {
      name: 'drops an alias',
      query: '{ pets { owner { called: nick } } }',
      expected: '{pets{__typename owner{__typename nick}}}',
    },
    {
      name: 'keeps objects apart that GraphQL does not merge, by no alias',
      query: '{ pets { name } all: pets { name } all: pets { id } }',
      expected: '{pets{__typename name}_s0:pets{__typename name id}}',
    },
    {
      name: 'takes an alias that is the name for none',
      query: '{ pets { name: name id: id } }',
      expected: '{pets{__typename name id}}',
    },
    {
      name: 'reserves a key for a name that has several shapes',
      query: '{ pets { name n: name } }',
      expected: '{pets{__typename name _s0:name}}',
    },
    {
      name: 'reserves one key for equal arguments in any order',
      query: '{ pets { a: rank(by: { a: 1, b: 2 }) b: rank(by: { b: 2, a: 1 }) c: rank(by: { a: 2 }) } }',
      expected: '{pets{__typename _s0:rank(by:{a:1 b:2})_s1:rank(by:{a:2})}}',
    },
    {
      name: 'reserves a key for a name that takes arguments anywhere',
      query: '{ pets { tag } pet { id } }',
      expected: '{pets{__typename _s0:tag}_s1:pet{__typename id}}',
    },
    {
      name: 'asks for __typename by no alias',
      query: '{ t: __typename pets { u: __typename v: __typename } }',
      expected: '{pets{__typename}}',
    },
  ];
  it.each(planned)('$name', ({ query, expected }) => {
    expect(plannedText(prepareQuery(generation, query))).toBe(expected);
  });
});

describe('what was fetched is found again', () => {
  const dog = { __typename: 'Dog', id: '1', name: 'Rex' };
  const read: readonly { name: string; query: string; data: unknown; expected: unknown }[] = [
    {
      name: 'by an alias on an interface whose implementer says non-null',
      query: '{ pets { n: name } }',
      data: { pets: [dog] },
      expected: { pets: [{ n: 'Rex' }] },
    },
    {
      name: 'through an interface whose implementer takes an argument',
      query: '{ pets { tag } }',
      data: { pets: [{ ...dog, tag: 'T' }] },
      expected: { pets: [{ tag: 'T' }] },
    },
    {
      name: 'merged from an interface and its implementer',
      query: '{ pets { toys { colour } ... on Dog { toys { size } } } }',
      data: { pets: [{ ...dog, toys: [{ colour: 'red', size: 3 }] }] },
      expected: { pets: [{ toys: [{ colour: 'red', size: 3 }] }] },
    },
    {
      name: 'merged where the implementer’s type is narrower',
      query: '{ pets { o: owner { nick } ... on Dog { o: owner { level } } } }',
      data: { pets: [{ ...dog, owner: { __typename: 'User', nick: 'a', level: 2 } }] },
      expected: { pets: [{ o: { nick: 'a', level: 2 } }] },
    },
    {
      name: 'merged where objects among the arguments are written in another order',
      query:
        '{ pets { ... on Dog { r: rank(by: { a: 1, b: 2 }) } ... on Dog { r: rank(by: { b: 2, a: 1 }) } } }',
      data: { pets: [{ ...dog, rank: 5 }] },
      expected: { pets: [{ r: 5 }] },
    },
    {
      name: 'in a named fragment on an interface, spread on a concrete type',
      query: 'query Q { pets { ... on Dog { ...F } } } fragment F on Pet { n: name t: tag }',
      data: { pets: [{ ...dog, tag: 'T' }] },
      expected: { pets: [{ n: 'Rex', t: 'T' }] },
    },
  ];
  it.each(read)('$name', ({ query, data, expected }) => {
    const prepared = prepareQuery(generation, query);
    const shown = show(generation, prepared, fetched(generation, prepared, data));
    expect(shown.data).toEqual(expected);
    expect(shown.nullViolations).toEqual([]);
  });

  it('for subjects, where implementers’ ids differ in nullness', () => {
    const guarded = generationOf(`
      type Query { pets: [Pet] }
      interface Pet { id: ID }
      type Dog implements Pet @personal(subject: ["id"]) { id: ID! mail: String @personal(category: "contact.email") }
      type Cat implements Pet @personal(subject: ["id"]) { id: ID mail: String @personal(category: "contact.email") }
    `);
    const prepared = prepareQuery(guarded, '{ pets { ... on Dog { mail } ... on Cat { mail } } }');
    const pets = [
      { __typename: 'Dog', mail: 'rex@example.com', id: '1' },
      { __typename: 'Cat', mail: 'tom@example.com', id: '2' },
    ];
    expect(show(guarded, prepared, fetched(guarded, prepared, { pets }))).toMatchObject({
      subjects: ['user:1', 'user:2'],
      data: { pets: [{ mail: 'rex@example.com' }, { mail: 'tom@example.com' }] },
    });
  });
});

describe('keySpace', () => {
  it('finds a prefix that no field begins with', () => {
    const schema = buildSchema('type Query { _s: Int _s_1: Int _S0: Int }');
    const { prefix } = keySpace(schema);
    expect(prefix).toBe('_s__');
    expect(
      Object.keys(schema.getQueryType()?.getFields() ?? {}).some((name) => name.startsWith(prefix)),
    ).toBe(false);
  });

  it('compares shapes as GraphQL’s validation does: leaf types, lists and nullness, not object types', () => {
    const { ambiguous } = keySpace(
      buildSchema(`
        type Query { same: Int list: [Int] null: Int leaf: Int object: Query inner: [Int!] }
        type Other { same: Int list: Int null: Int! leaf: Float object: Other inner: [Int] }
      `),
    );
    expect([...ambiguous].sort()).toEqual(['inner', 'leaf', 'list', 'null']);
  });
});

describe('a mutation’s root field', () => {
  it('has a key for each response key, whatever its arguments', () => {
    const writable = generationOf('type Query { a: Int } type Mutation { add(n: Int): Int plain: Int }');
    const prepared = prepareQuery(
      writable,
      'mutation { add(n: 1) again: add(n: 1) plain more: plain again: add(n: 1) }',
    );
    expect(fetchesOf(prepared)).toEqual([['only', 'mutation{_s0:add(n:1)_s1:add(n:1)_s2:plain _s3:plain}']]);
  });
});

describe('a custom executable directive', () => {
  const schema = buildSchema('directive @upper(on: Boolean) on FIELD type Query { name: String }');
  const [definition] = parse(
    '{ name a: name @skip(if: false) b: name @upper c: name @upper(on: true) d: name @upper }',
  ).definitions;
  const nodes =
    definition?.kind === Kind.OPERATION_DEFINITION
      ? definition.selectionSet.selections.filter((each): each is FieldNode => each.kind === Kind.FIELD)
      : [];

  it('is part of the key, since it may change the value; @skip and @include are not', () => {
    const keys = reservedKeys(keySpace(schema));
    const field = schema.getQueryType()?.getFields()['name'];
    if (field === undefined) throw new Error('Expected the field.');
    expect(nodes.map((node) => keys.of(field, node))).toEqual(['name', 'name', '_s0', '_s1', '_s0']);
  });
});
