import { describe, expect, it } from 'vitest';
import { fetchesOf, generationOf, plannedText, prepareQuery } from '../prepareHarness.ts';

/** `secret` is shown for no purpose; `upkeep` shows `contact.*`, each with the permission of its subject. */
const SCHEMA = `
  directive @upper(on: String) on FIELD | QUERY
  type Query {
    me: User users(first: Int, filter: String = "all"): [User] nodes: [Node] found: [Hit] secret: String @personal(category: "secret")
    vault: Vault @personal(category: "secret")
    echo(text: String, other: String): String
  }
  type Mutation { rename(to: String): User burn: Vault @personal(category: "secret") count: Int @personal(category: "secret") expose: User @personal(category: "secret") }
  interface Node { id: ID! label: String mail: String peers: [Node] }
  union Hit = User | Bot | Company
  type User implements Node @key(fields: "id") @personal(subject: ["id"]) {
    id: ID! label: String mail: String @personal(category: "contact.email") peers: [Node]
    pin: String @personal(category: "secret") friends: [User] profile: Profile
    vault: Vault @personal(category: "secret")
  }
  type Bot implements Node { id: ID! label: String mail: String peers: [Node] owner: User pin: String }
  type Company implements Node { id: ID! label: String mail: String @personal(category: "secret") peers: [Node] @personal(category: "secret") }
  type Profile { nick: String @personal(category: "contact.name") colour: String }
  type Vault { gold: Int owner: User }
`;
const generation = generationOf(SCHEMA);

const planned = (query: string): string => plannedText(prepareQuery(generation, query));

interface Row {
  readonly name: string;
  readonly query: string;
  readonly expected: string;
}

describe('a field that can never be shown', () => {
  const rows: readonly Row[] = [
    { name: 'is dropped', query: '{ me { label pin } }', expected: '{me{label}}' },
    { name: 'leaves __typename where it was all', query: '{ me { pin } }', expected: '{me{__typename}}' },
    { name: 'leaves __typename at the root', query: '{ secret }', expected: '{__typename}' },
    {
      name: 'is dropped with all beneath it',
      query: '{ vault { gold owner { mail } } me { vault { gold } } }',
      expected: '{me{__typename}}',
    },
    {
      name: 'is dropped under an alias',
      query: '{ me { label: pin id: pin __proto__: pin } }',
      expected: '{me{__typename}}',
    },
    {
      name: 'is dropped in a fragment',
      query:
        'query Q { me { ...F ... { pin } ... on Node { ... on User { pin } } } } fragment F on User { pin }',
      expected: 'query Q{me{__typename}}',
    },
    {
      name: 'is dropped whatever its condition',
      query: 'query ($x: Boolean!) { me { pin @include(if: $x) label @skip(if: $x) } }',
      expected: '{me{label}}',
    },
    {
      name: 'takes its variables with it',
      query: 'query ($x: Boolean!) { me { pin @include(if: $x) } }',
      expected: '{me{__typename}}',
    },
  ];
  it.each(rows)('$name', ({ query, expected }) => expect(planned(query)).toBe(expected));

  it('is asked of no subgraph', () => {
    expect(fetchesOf(prepareQuery(generation, '{ vault { gold } secret me { label pin } }'))).toEqual([
      ['only', '{me{label}}'],
    ]);
  });
});

describe('a field that some concrete types may show', () => {
  const rows: readonly Row[] = [
    {
      name: 'is asked of those alone, through an interface',
      query: '{ nodes { mail } }',
      expected: '{nodes{__typename ...on Bot{mail}...on User{mail}...on User{id}}}',
    },
    {
      name: 'is asked of those alone, through a union',
      query: '{ found { ... on Node { mail } } }',
      expected: '{found{__typename ...on Node{...on User{mail}...on Bot{mail}}...on User{id}}}',
    },
    {
      name: 'is dropped in a fragment on a type that may not show it',
      query: '{ found { ... on Company { mail label } ... on Bot { mail } } }',
      expected: '{found{__typename ...on Company{label}...on Bot{mail}}}',
    },
    {
      name: 'is asked plainly where no type in question may not',
      query: '{ nodes { ... on Bot { mail } label } }',
      expected: '{nodes{__typename ...on Bot{mail}label}}',
    },
  ];
  it.each(rows)('$name', ({ query, expected }) => expect(planned(query)).toBe(expected));
});

describe('subjects are selected beside what the client selected', () => {
  const rows: readonly Row[] = [
    { name: 'of the object itself', query: '{ me { mail } }', expected: '{me{mail id}}' },
    {
      name: 'once, where the client selects them as well',
      query: '{ me { mail ident: id } }',
      expected: '{me{mail id}}',
    },
    {
      name: 'not for what is not personal',
      query: '{ me { label profile { colour } } }',
      expected: '{me{label profile{colour}}}',
    },
    { name: 'not for what is never shown', query: '{ me { label pin } }', expected: '{me{label}}' },
    {
      name: 'of each object of a list',
      query: '{ me { friends { mail } } }',
      expected: '{me{friends{mail id}}}',
    },
    {
      name: 'of the object around a value type',
      query: '{ me { profile { nick } } }',
      expected: '{me{profile{nick}id}}',
    },
    {
      name: 'of an object around that has nothing else personal, by type',
      query: '{ nodes { ... on User { profile { nick } } } }',
      expected: '{nodes{__typename ...on User{profile{nick}}...on User{id}}}',
    },
    {
      name: 'for the types that need them',
      query: '{ found { ... on Bot { owner { mail } } ... on User { mail } } }',
      expected: '{found{__typename ...on Bot{owner{mail id}}...on User{mail}...on User{id}}}',
    },
  ];
  it.each(rows)('$name', ({ query, expected }) => expect(planned(query)).toBe(expected));
});

describe('subjects that annotations name', () => {
  const messages = generationOf(`
    type Query { messages: [Message] notes: [Note] hits: [Hit] }
    type Message @key(fields: "id") @personal(subject: ["sender { id }"]) @personal(subject: ["recipient { id }"]) {
      id: ID! text: String @personal(category: "contact.name") from: String @personal(category: "contact.name", subject: ["sender { id }"])
      sender: User recipient: User watchers: [User] groups: [Group] page(first: Int): [User]
      seen: String @personal(category: "contact.name", subject: ["watchers { id }"])
      kept: String @personal(category: "contact.name", subject: ["groups { members { id } }"])
      body: Body @personal(category: "contact.email") note: Remark draft: Draft
    }
    type Remark @personal(subject: ["author { id }"]) { author: User text: String @personal(category: "contact.name") }
    type Draft { text: String @personal(category: "contact.name") said: String @personal(category: "contact.name", subject: ["by { id }"]) by(locale: String): User owner: Robot }
    type Robot @key(fields: "id") { id: ID! name: String @personal(category: "contact.name") }
    type Body { text: String length: Int part: Part author: User }
    type Part { size: Int }
    type Group { members: [User] }
    type User @key(fields: "id") { id: ID! name: String }
    interface Owned @personal(subject: ["owner { id }"]) { owner: User }
    type Note implements Owned { owner: User text: String @personal(category: "contact.name") }
    type Memo implements Owned { owner: User text: String @personal(category: "contact.name") }
    union Hit = Note | Memo
  `);
  const rows: readonly Row[] = [
    {
      name: 'two subjects of one object',
      query: '{ messages { text } }',
      expected: '{messages{text recipient{id}sender{id}}}',
    },
    {
      name: 'a field’s own instead of the object’s',
      query: '{ messages { from } }',
      expected: '{messages{from sender{id}}}',
    },
    {
      name: 'a field’s own beside the object’s',
      query: '{ messages { from text } }',
      expected: '{messages{from text recipient{id}sender{id}}}',
    },
    { name: 'through a list', query: '{ messages { seen } }', expected: '{messages{seen watchers{id}}}' },
    {
      name: 'through lists in lists',
      query: '{ messages { kept } }',
      expected: '{messages{kept groups{members{id}}}}',
    },
    { name: 'of an interface', query: '{ notes { text } }', expected: '{notes{text owner{id}}}' },
    {
      name: 'once for a union whose types all need them alike',
      query: '{ hits { ... on Owned { ... on Note { text } ... on Memo { text } } } }',
      expected:
        '{hits{__typename ...on Owned{...on Note{text}...on Memo{text}}...on Note{owner{id}}...on Memo{owner{id}}}}',
    },
    {
      name: 'for what lies beneath a personal composite field',
      query: '{ messages { body { length part { size } } } }',
      expected: '{messages{body{length part{size}}recipient{id}sender{id}}}',
    },
    {
      name: 'nearest wins',
      query: '{ messages { note { text } } }',
      expected: '{messages{note{text author{id}}}}',
    },
    {
      name: 'of the object around, and not that of the next entity, which has none and is dropped',
      query: '{ messages { draft { text owner { name } } } }',
      expected: '{messages{draft{text owner{__typename}}recipient{id}sender{id}}}',
    },
    {
      name: 'no path whose fields take arguments',
      query: '{ messages { draft { said } } }',
      expected: '{messages{draft{said}}}',
    },
    {
      name: 'but not beneath the next entity',
      query: '{ messages { body { author { name } } } }',
      expected: '{messages{body{author{name}}recipient{id}sender{id}}}',
    },
  ];
  it.each(rows)('$name', ({ query, expected }) => {
    expect(plannedText(prepareQuery(messages, query))).toBe(expected);
  });
});

describe('what is made of somebody’s data and of an object’s own', () => {
  it('is not asked for where nobody knows whom the object is about', () => {
    const robots = generationOf([
      {
        name: 'a',
        typeDefs: `
          type Query { robot: Robot }
          type Robot @key(fields: "id") { id: ID! serial: String @personal(category: "contact.name") owner: User }
          type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! name: String @personal(category: "contact.name") }
        `,
      },
      {
        name: 'b',
        typeDefs: `
          type Robot @key(fields: "id") {
            id: ID! serial: String @external owner: User @external
            plate: String @requires(fields: "serial owner { name }")
          }
          type User @key(fields: "id") { id: ID! name: String @external }
        `,
      },
    ]);
    expect(plannedText(prepareQuery(robots, '{ robot { plate id } }'))).toBe('{robot{id}}');
  });
});

describe('what the client wrote stays what it asks', () => {
  const rows: readonly Row[] = [
    {
      name: 'variables are renamed, hostile names too, with their defaults',
      query:
        'query ($__proto__: String = "p", $constructor: String, $toString: String!) { a: echo(text: $__proto__, other: $constructor) b: echo(text: $toString) }',
      expected: 'query($v0:String="p"$v1:String$v2:String!){_s0:echo(text:$v0 other:$v1)_s1:echo(text:$v2)}',
    },
    {
      name: 'hostile aliases go nowhere',
      query: '{ __proto__: echo constructor: me { toString: label __typename: id } }',
      expected: '{_s0:echo _s1:me{label id}}',
    },
    {
      name: '@usedFor is for the gateway alone',
      query: 'query ($a: Int = 1) @usedFor(purpose: "upkeep") { users(first: $a) { id } }',
      expected: 'query($v0:Int=1){_s0:users(first:$v0){id}}',
    },
    {
      name: 'custom directives go along, each under a key of its own',
      query: 'query Q @upper { me @upper(on: "x") { label up: label @upper } }',
      expected: 'query Q@upper{_s0:me@upper(on:"x"){label _s1:label@upper}}',
    },
    {
      name: 'conditions are settled before',
      query:
        'query Q($x: Boolean!) { me { ... @include(if: $x) { label } ...F @skip(if: $x) } } fragment F on User { id friends @include(if: true) { label @skip(if: false) } }',
      expected: 'query Q{me{id friends{label}}}',
    },
    {
      name: 'a fragment may widen and narrow the type',
      query:
        'query Q { me { ...G } } fragment G on Node { label ...H } fragment H on User { friends { id } }',
      expected: 'query Q{me{label friends{id}}}',
    },
    {
      name: 'a fragment spread twice is written once',
      query: 'query Q { me { ...F ...F ... { ...F } } } fragment F on User { id }',
      expected: 'query Q{me{id}}',
    },
    {
      name: 'introspection is the gateway’s',
      query: '{ __schema { types { name } } t: __type(name: "User") { name } me { label } }',
      expected: '{me{label}}',
    },
  ];
  it.each(rows)('$name', ({ query, expected }) => expect(planned(query)).toBe(expected));
});

describe('a mutation’s root field', () => {
  it('runs once for each response key and in order, whatever may be shown of its answer', () => {
    expect(
      planned(
        'mutation { count rename(to: "x") { mail pin } b: burn { gold owner { mail } } c: count rename(to: "x") { label } }',
      ),
    ).toBe('mutation{_s0:count _s1:rename(to:"x"){mail id label}_s2:burn{__typename}_s3:count}');
  });

  it('that may not be shown is asked for nothing that its objects could show', () => {
    expect(planned('mutation { burn { owner { label } } expose { label } }')).toBe(
      'mutation{_s0:burn{__typename}_s1:expose{__typename}}',
    );
  });
});

describe('an operation that grows', () => {
  const depth = 24;
  const deep = (name: string): string => `${`${name} { `.repeat(depth)}label${' }'.repeat(depth)}`;

  it('by being asked for type by type is not copied without bound', () => {
    const started = performance.now();
    const text = planned(`{ nodes { ${deep('peers')} } }`);
    expect(text.length).toBeLessThan(200_000);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('by fragments that double at every level is refused', () => {
    const fragments = Array.from(
      { length: 40 },
      (_, index) =>
        `fragment F${index} on User { a: friends { ...F${index + 1} } b: friends { ...F${index + 1} } }`,
    );
    const query = `query Q { me { ...F0 } } ${fragments.join(' ')} fragment F40 on User { id }`;
    expect(() => planned(query)).toThrow(
      expect.objectContaining({ extensions: expect.objectContaining({ code: 'OPERATION_TOO_LARGE' }) }),
    );
  });
});
