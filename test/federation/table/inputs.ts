import { MARKETING, NOBODY, SUPPORT, type Ref, type Scene } from './scene.ts';

const rows = [
  { id: 'r1', tone: 'LOW', mood: 'GLAD', temper: 'ANGRY', at: '2020-02-02', owner: 'u1' },
  { id: 'r2', tone: 'HIGH', mood: null, temper: 'GLAD', at: { year: 2021 }, owner: 'u2' },
];

/** What a resolver was given, as text, keys in order. */
const echo = (args: Ref): string =>
  JSON.stringify(args, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => one.localeCompare(other)))
      : value,
  );

/** Enums, input types, arguments and scalars as subgraphs' definitions of them are merged. */
export const inputs: Scene = {
  name: 'inputs',
  typeDefs: {
    a: `
      type Query {
        rows(filter: Filter, tone: Tone): [Row!]!
        find(filter: Filter = { tone: HIGH }, tone: Tone = LOW, at: Date = "2020-01-01"): String
        count(of: String, extra: Int): String @shareable
        strict(of: Int): String @shareable
        ranked(rank: Rank, ranks: [Rank!] = [TWO]): String
      }
      scalar Date
      enum Tone { LOW HIGH }
      enum Mood { GLAD SAD }
      enum Rank { ONE TWO }
      input Filter { text: String = "all" tone: Tone limit: Int! = 2 within: [Filter!] onlyA: Int }
      type Row @key(fields: "id") { id: ID! tone: Tone mood: Mood at: Date owner: ID }
    `,
    b: `
      type Query {
        count(of: String): String @shareable
        strict(of: Int!): String @shareable
        other(filter: Filter, rank: Rank = TWO, when: Date): String
      }
      scalar Date
      enum Mood { GLAD ANGRY }
      enum Rank { TWO THREE }
      enum Tone { LOW HIGH }
      input Filter { text: String = "all" tone: Tone limit: Int! = 2 within: [Filter!] }
      type Row @key(fields: "id") { id: ID! temper: Mood notes(filter: Filter): String }
    `,
  },
  resolvers: {
    Query: {
      rows: (_: unknown, { tone }: Ref) => rows.filter((row) => tone == null || row.tone === tone),
      find: (_: unknown, args: Ref) => echo(args),
      count: (_: unknown, args: Ref) => echo(args),
      strict: (_: unknown, args: Ref) => echo(args),
      ranked: (_: unknown, args: Ref) => echo(args),
      other: (_: unknown, args: Ref) => echo(args),
    },
    Row: { notes: (_: unknown, args: Ref) => echo(args) },
  },
  references: { Row: ({ id }) => rows.find((row) => row.id === id) ?? null },
  rows: [
    {
      construct: 'default values',
      name: 'of arguments and of input fields',
      query: '{ find a: find(filter: {}) other rows { notes(filter: { within: [{ limit: 1 }] }) } }',
      expected: {
        data: {
          find: '{"at":"2020-01-01","filter":{"limit":2,"text":"all","tone":"HIGH"},"tone":"LOW"}',
          a: '{"at":"2020-01-01","filter":{"limit":2,"text":"all"},"tone":"LOW"}',
          other: '{"rank":"TWO"}',
          rows: [
            { notes: '{"filter":{"limit":2,"text":"all","within":[{"limit":1,"text":"all"}]}}' },
            { notes: '{"filter":{"limit":2,"text":"all","within":[{"limit":1,"text":"all"}]}}' },
          ],
        },
      },
    },
    {
      construct: ['default values', 'variables'],
      name: 'explicit null, a variable’s default, and a variable that is not given',
      query:
        'query ($none: Date, $text: String = "v", $f: Filter) { find(filter: { text: $text }, tone: null, at: $none) other(filter: $f, rank: null) }',
      variables: { f: { text: null } },
      expected: {
        data: {
          find: '{"at":"2020-01-01","filter":{"limit":2,"text":"v"},"tone":null}',
          other: '{"filter":{"limit":2,"text":null},"rank":null}',
        },
      },
    },
    {
      construct: 'enums as output',
      name: 'values of all subgraphs',
      query: '{ rows { mood temper tone } rows2: rows(tone: HIGH) { tone } }',
      expected: {
        data: {
          rows: [
            { mood: 'GLAD', temper: 'ANGRY', tone: 'LOW' },
            { mood: null, temper: 'GLAD', tone: 'HIGH' },
          ],
          rows2: [{ tone: 'HIGH' }],
        },
      },
    },
    {
      construct: 'enums as input',
      name: 'values that all subgraphs have',
      query: 'query ($rank: Rank) { ranked(rank: TWO, ranks: [TWO]) other(rank: $rank) }',
      variables: { rank: 'TWO' },
      expected: { data: { ranked: '{"rank":"TWO","ranks":["TWO"]}', other: '{"rank":"TWO"}' } },
    },
    {
      construct: 'enums as input',
      name: 'a value that one subgraph has',
      query: '{ ranked(rank: ONE) }',
      expected: { refused: 'GRAPHQL_VALIDATION_FAILED' },
    },
    {
      construct: ['input types', 'custom scalars', 'variables'],
      name: 'fields that all subgraphs have, scalars of any form, a list of one',
      query: 'query ($f: Filter, $at: Date) { find(filter: $f, at: $at) other(when: { y: [1, "a", null] }) }',
      variables: { f: { within: { text: 'x' } }, at: { year: 2020 } },
      expected: {
        data: {
          find: '{"at":{"year":2020},"filter":{"limit":2,"text":"all","within":[{"limit":2,"text":"x"}]},"tone":"LOW"}',
          other: '{"rank":"TWO","when":{"y":[1,"a",null]}}',
        },
      },
    },
    {
      construct: 'input types',
      name: 'a field that one subgraph has',
      query: '{ find(filter: { onlyA: 1 }) }',
      expected: { refused: 'GRAPHQL_VALIDATION_FAILED' },
    },
    {
      construct: 'custom scalars',
      name: 'as output',
      query: '{ rows { at } }',
      expected: { data: { rows: [{ at: '2020-02-02' }, { at: { year: 2021 } }] } },
    },
    {
      construct: 'arguments of shared fields',
      name: 'those that all subgraphs have',
      query: '{ count(of: "x") strict(of: 1) }',
      expected: { data: { count: '{"of":"x"}', strict: '{"of":1}' }, asked: ['a'] },
    },
    {
      construct: 'arguments of shared fields',
      name: 'one that some subgraph lacks',
      query: '{ count(extra: 1) }',
      expected: { refused: 'GRAPHQL_VALIDATION_FAILED' },
    },
    {
      construct: ['arguments of shared fields', 'fields with types that differ'],
      name: 'one that some subgraph needs',
      query: '{ strict }',
      expected: { refused: 'GRAPHQL_VALIDATION_FAILED' },
    },
  ],
  variants: [
    {
      name: 'an input field in one subgraph, an argument and a value of an enum in another',
      annotations: {
        b: {
          'Filter.text': '@personal(category: "contact.email")',
          'Rank.TWO': '@personal(category: "identity.name")',
        },
        a: { 'Query.count(of:)': '@personal(category: "contact.email")' },
      },
      cases: [
        {
          construct: 'input types',
          name: 'given to the subgraph that does not annotate it',
          caller: NOBODY,
          query: '{ find(filter: { text: "canary-sought" }) }',
          expected: { refused: 'PERSONAL_ARGUMENT_REJECTED' },
        },
        {
          construct: ['input types', 'default values'],
          name: 'by a default within what is given',
          caller: NOBODY,
          query: '{ rows { notes(filter: { within: [{ limit: 1 }] }) } }',
          expected: { refused: 'PERSONAL_ARGUMENT_REJECTED' },
        },
        {
          construct: ['default values', 'input types'],
          name: 'by the default of an argument that is not given',
          caller: NOBODY,
          query: '{ find }',
          expected: { refused: 'PERSONAL_ARGUMENT_REJECTED' },
        },
        {
          construct: ['variables', 'input types'],
          name: 'as an explicit null deep in a variable',
          caller: NOBODY,
          query: 'query ($f: Filter) { rows(filter: $f) { id } }',
          variables: { f: { within: [{ text: null }] } },
          expected: { refused: 'PERSONAL_ARGUMENT_REJECTED' },
        },
        {
          construct: ['input types', 'variables'],
          name: 'not given at all',
          caller: NOBODY,
          query: 'query ($f: Filter) { rows(filter: $f) { tone } find(filter: null) }',
          expected: {
            data: {
              rows: [{ tone: 'LOW' }, { tone: 'HIGH' }],
              find: '{"at":"2020-01-01","filter":null,"tone":"LOW"}',
            },
          },
        },
        {
          construct: 'input types',
          name: 'for a purpose that lists the category as a look-up',
          caller: SUPPORT,
          query: '{ rows { notes(filter: { text: "canary-sought" }) } }',
          expected: {
            data: {
              rows: [
                { notes: '{"filter":{"limit":2,"text":"canary-sought"}}' },
                { notes: '{"filter":{"limit":2,"text":"canary-sought"}}' },
              ],
            },
          },
        },
        {
          construct: ['enums as input', 'default values'],
          name: 'an enum value by default',
          caller: MARKETING,
          query: '{ other }',
          expected: { refused: 'PERSONAL_ARGUMENT_REJECTED' },
        },
        {
          construct: 'enums as input',
          name: 'an enum value in a list by default',
          caller: MARKETING,
          query: '{ ranked(rank: null) }',
          expected: { refused: 'PERSONAL_ARGUMENT_REJECTED' },
        },
        {
          construct: 'enums as input',
          name: 'no enum value',
          caller: MARKETING,
          query: '{ ranked(rank: null, ranks: []) other(rank: null) }',
          expected: { data: { ranked: '{"rank":null,"ranks":[]}', other: '{"rank":null}' } },
        },
        {
          construct: 'arguments of shared fields',
          name: 'as a null, whichever subgraph would answer',
          caller: NOBODY,
          query: '{ count(of: null) }',
          expected: { refused: 'PERSONAL_ARGUMENT_REJECTED' },
        },
        {
          construct: ['arguments of shared fields', '@skip and @include'],
          name: 'where it is switched off',
          caller: NOBODY,
          query: 'query ($on: Boolean!) { count(of: "canary-sought") @include(if: $on) strict(of: 1) }',
          variables: { on: false },
          expected: { data: { strict: '{"of":1}' } },
        },
      ],
    },
    {
      name: 'an enum and a scalar, in one subgraph',
      annotations: {
        b: {
          Mood: '@personal(category: "usage.history")',
          Date: '@personal(category: "usage.history")',
        },
        a: { Row: '@personal(subject: ["owner"])' },
      },
      states: { 'user:u2': { entries: [{ purpose: 'marketing.recommendation', state: 'GIVEN' }] } },
      cases: [
        {
          construct: ['enums as output', 'custom scalars'],
          name: 'without purpose',
          caller: NOBODY,
          query: '{ rows { tone: mood mood: tone temper at } }',
          expected: {
            data: {
              rows: [
                { tone: null, mood: 'LOW', temper: null, at: '1970-01-01' },
                { tone: null, mood: 'HIGH', temper: null, at: '1970-01-01' },
              ],
            },
            asked: ['a'],
          },
          unsent: ['mood', 'temper', 'at'],
        },
        {
          construct: ['enums as output', 'custom scalars'],
          name: 'one of two consented',
          caller: MARKETING,
          query: '{ rows { mood temper at } }',
          expected: {
            data: {
              rows: [
                { mood: null, temper: null, at: '1970-01-01' },
                { mood: null, temper: 'GLAD', at: { year: 2021 } },
              ],
            },
          },
        },
        {
          construct: ['custom scalars', 'default values'],
          name: 'as an argument, by default',
          caller: NOBODY,
          query: '{ find(filter: null) }',
          expected: { refused: 'PERSONAL_ARGUMENT_REJECTED' },
        },
        {
          construct: 'custom scalars',
          name: 'as an argument that is not given',
          caller: NOBODY,
          query: '{ other(rank: null) }',
          expected: { data: { other: '{"rank":null}' } },
        },
      ],
    },
  ],
};
