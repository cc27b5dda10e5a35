import { executeSync, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { coerceVariables } from '../../../gateway/coerceVariables.ts';
import { startGateway } from '../../gatewayHarness.ts';
import {
  accepted,
  callerFor,
  fetched,
  generationOf,
  plannedText,
  prepareQuery,
  show,
} from '../prepareHarness.ts';

const generation = generationOf(`
  type Query { me: User nodes: [Node] hits: [Hit] echo: String }
  interface Node { id: ID label: String }
  type User implements Node @key(fields: "id") @personal(subject: ["id"]) {
    id: ID label: String mail: String @personal(category: "contact.email") friend: User
  }
  type Bot implements Node { id: ID label: String fuel: Int }
  type Place { name: String at: Bot }
  union Hit = User | Bot | Place
`);
const user = {
  __typename: 'User',
  id: '1',
  label: 'l',
  mail: 'm',
  friend: { id: '1', label: 'f', mail: 'n' },
};
const bot = { __typename: 'Bot', id: 'b', label: 'B', fuel: 3 };
const source = {
  me: user,
  nodes: [user, bot],
  hits: [user, bot, { __typename: 'Place', name: 'P', at: bot }],
  echo: 'e',
};

/** Everything may be shown, so that graphql-js over the same data says what the answer is. */
const check = (query: string, variables: Readonly<Record<string, unknown>> = {}): void => {
  const document = parse(query);
  const expected = executeSync({
    schema: generation.schema,
    document,
    rootValue: source,
    variableValues: variables,
  });
  expect(expected.errors).toBeUndefined();
  const prepared = prepareQuery(generation, query, callerFor(), variables);
  const planned = Object.fromEntries(
    [...prepared.variables].map(([client, name]) => [name, variables[client]]),
  );
  const shown = show(generation, prepared, fetched(generation, prepared, source, planned), { variables });
  expect(JSON.stringify(shown.data)).toBe(JSON.stringify(expected.data));
};

describe('@skip and @include', () => {
  const positions: readonly { name: string; query: string }[] = [
    { name: 'on a field', query: 'query Q($x: Boolean!, $y: Boolean!) { me { label DIR mail id } echo }' },
    { name: 'on a personal field', query: 'query Q($x: Boolean!, $y: Boolean!) { me { mail DIR } echo }' },
    { name: 'on an object', query: 'query Q($x: Boolean!, $y: Boolean!) { me DIR { mail } echo }' },
    {
      name: 'on an inline fragment',
      query: 'query Q($x: Boolean!, $y: Boolean!) { me { ... DIR { mail label } id } echo }',
    },
    {
      name: 'on an inline fragment on a type',
      query: 'query Q($x: Boolean!, $y: Boolean!) { nodes { ... on User DIR { mail } label } echo }',
    },
    {
      name: 'on a spread',
      query:
        'query Q($x: Boolean!, $y: Boolean!) { me { id ...F DIR } echo } fragment F on User { mail friend { label } }',
    },
    {
      name: 'in a fragment',
      query:
        'query Q($x: Boolean!, $y: Boolean!) { me { id ...F } echo } fragment F on User { mail DIR friend DIR { label } }',
    },
    {
      name: 'at the root',
      query: 'query Q($x: Boolean!, $y: Boolean!) { ... DIR { me { mail } } e: echo DIR echo }',
    },
    {
      name: 'on one of two of the same',
      query: 'query Q($x: Boolean!, $y: Boolean!) { me { mail DIR mail id } me DIR { label } echo }',
    },
    {
      name: 'on a spread that stands twice',
      query:
        'query Q($x: Boolean!, $y: Boolean!) { me { ...F DIR id ...F } echo } fragment F on User { mail label }',
    },
    {
      name: 'on __typename',
      query: 'query Q($x: Boolean!, $y: Boolean!) { t: __typename DIR nodes { __typename DIR id } echo }',
    },
    {
      name: 'on introspection',
      query: 'query Q($x: Boolean!, $y: Boolean!) { __schema DIR { queryType { name } } echo }',
    },
  ];
  const directives = [
    '@include(if: $x)',
    '@skip(if: $x)',
    '@include(if: $x) @skip(if: $y)',
    '@include(if: true) @skip(if: $x)',
    '@include(if: false)',
    '@skip(if: true)',
    '@include(if: true)',
  ];
  it.each(positions)('$name, for any values', ({ query }) => {
    for (const directive of directives) {
      for (const x of [true, false]) {
        for (const y of [true, false]) {
          const written = query.replaceAll('DIR', directive);
          // A variable that nobody uses makes a document invalid.
          const used = ['x', 'y'].filter((name) => directive.includes(`$${name}`));
          const definitions = used.map((name) => `$${name}: Boolean!`).join(', ');
          check(
            written.replace(/Q\([^)]*\)/, used.length === 0 ? 'Q' : `Q(${definitions})`),
            Object.fromEntries(Object.entries({ x, y }).filter(([name]) => used.includes(name))),
          );
        }
      }
    }
  });

  it('leave nothing out by hostile names but what these say', () => {
    const query =
      'query Q($__proto__: Boolean = false, $constructor: Boolean!) { me { mail @skip(if: $__proto__) label @include(if: $constructor) } }';
    const of = (json: string): unknown => {
      const operation = getOperationAST(parse(query));
      if (operation == null) throw new Error('Expected an operation.');
      const variables = coerceVariables(generation.schema, operation, JSON.parse(json));
      const prepared = prepareQuery(generation, query, callerFor(), variables);
      return show(generation, prepared, fetched(generation, prepared, source)).data;
    };
    expect(of('{"__proto__":true,"constructor":true}')).toEqual({ me: { label: 'l' } });
    expect(of('{"__proto__":false,"constructor":false}')).toEqual({ me: { mail: 'm' } });
    expect(of('{"constructor":false}')).toEqual({ me: { mail: 'm' } });
  });

  it('that are null are refused', () => {
    const query = 'query Q($x: Boolean = true) { me { label @skip(if: $x) id } }';
    expect(() => prepareQuery(generation, query, callerFor(), { x: null })).toThrow(
      expect.objectContaining({ extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }) }),
    );
  });

  it('fetch nothing that they leave out', () => {
    const query = 'query Q($x: Boolean!) { me { id friend @include(if: $x) { mail } } echo @skip(if: $x) }';
    const texts = [true, false].map((x) => plannedText(prepareQuery(generation, query, callerFor(), { x })));
    expect(texts).toEqual(['query Q{me{id friend{mail id}}}', 'query Q{me{id}echo}']);
  });
});

describe('fragments, types and introspection', () => {
  it.each([
    '{ hits { ... on User { mail } ... on Node { label } ... on Place { name at { fuel } } __typename } }',
    'query Q { hits { ...A ...B } } fragment A on Node { id ...C } fragment B on Hit { ... on Place { name } ...A } fragment C on Bot { fuel f: fuel }',
    'query Q { nodes { ... { ... on Node { label } } ...A } me { ...A } } fragment A on User { friend { ...B } } fragment B on Node { label ... on User { mail } }',
    '{ a: __typename b: nodes { c: __typename d: __typename ... on Bot { e: __typename } } }',
    '{ __typename: echo me { __typename: label t: __typename } }',
    '{ __proto__: echo constructor: me { toString: mail valueOf: __typename } }',
    '{ __schema { queryType { name fields { name } } } u: __type(name: "User") { name kind } me { mail } none: __type(name: "None") { name } }',
    'query Q($n: String!) { ... on Query { ...F } } fragment F on Query { t: __type(name: $n) { ...G } me { id } } fragment G on __Type { name fields { name type { ...H } } } fragment H on __Type { kind name }',
  ])('%s', (query) => check(query, query.includes('$n') ? { n: 'Bot' } : {}));
});

describe('a prepared operation', () => {
  it('serves many requests at once, each by its own subjects', () => {
    const prepared = prepareQuery(generation, '{ me { mail } }', callerFor({ purpose: 'service' }));
    const caller = callerFor({ purpose: 'service' });
    const of = (id: string, suspended: boolean): unknown =>
      show(
        generation,
        prepared,
        { me: { id, mail: 'm' } },
        {
          caller,
          states: new Map([[`user:${id}`, accepted(`user:${id}`, { suspended })]]),
        },
      ).data;
    expect([of('1', false), of('1', true), of('1', false)]).toEqual([
      { me: { mail: 'm' } },
      { me: { mail: '█████@masked.invalid' } },
      { me: { mail: 'm' } },
    ]);
  });
});

describe('a mutation, over HTTP', () => {
  it('runs each root field once and in order, across subgraphs, whatever is shown of the answers', async () => {
    const ran: string[] = [];
    const run =
      (name: string) =>
      (_: unknown, { n }: { readonly n: number }) => {
        ran.push(`${name}${n}`);
        return { id: '1', mail: 'a@example.com', n };
      };
    const user = 'type User @key(fields: "id") @personal(subject: ["id"])';
    const gateway = await startGateway({
      subgraphs: [
        {
          name: 'left',
          typeDefs: `type Query { l: Int } type Mutation { left(n: Int!): User hidden(n: Int!): User @personal(category: "account.password") }
            ${user} { id: ID! mail: String @personal(category: "contact.email") }`,
          resolvers: { Mutation: { left: run('left'), hidden: run('hidden') } },
        },
        {
          name: 'right',
          typeDefs: 'type Query { r: Int } type Mutation { right(n: Int!): Done } type Done { n: Int }',
          resolvers: { Mutation: { right: run('right') } },
        },
      ],
    });
    try {
      const answer = await gateway.send({
        query: `mutation M($no: Boolean!) {
          left(n: 1) { mail } a: left(n: 2) { id } right(n: 3) { n } left(n: 1) { id } hidden(n: 4) { id }
          ... { b: right(n: 5) { n } ...F } c: left(n: 6) @skip(if: $no) { id } d: left(n: 7) @include(if: $no) { mail }
        } fragment F on Mutation { right(n: 3) { n } e: left(n: 8) { mail } }`,
        variables: { no: true },
      });
      expect(ran).toEqual(['left1', 'left2', 'right3', 'hidden4', 'right5', 'left8', 'left7']);
      const hidden = '█████@masked.invalid';
      expect(answer.data).toEqual({
        left: { mail: hidden, id: '1' },
        a: { id: '1' },
        right: { n: 3 },
        hidden: null,
        b: { n: 5 },
        e: { mail: hidden },
        d: { mail: hidden },
      });
    } finally {
      await gateway.close();
    }
  });
});
