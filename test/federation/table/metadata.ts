import { FEDERATION_HEADER } from '../../gatewayHarness.ts';
import { given, NOBODY, SUPPORT, text, TEXT, type Ref, type Scene } from './scene.ts';

const things = [
  {
    code: 'canary-code-1',
    label: 'canary-label-1',
    owner: 'u1',
    hue: 'RED',
    cost: { x: 1 },
    marks: [1, 2],
    hits: 7,
  },
  {
    code: 'canary-code-2',
    label: 'canary-label-2',
    owner: 'u2',
    hue: null,
    cost: null,
    marks: [],
    hits: null,
  },
];

/** Directives that hide, describe, or are called something else. */
export const metadata: Scene = {
  name: 'metadata',
  headers: {
    a: `${FEDERATION_HEADER}
      @link(url: "https://example.com/shout/v1.0", import: ["@shout"])
      @composeDirective(name: "@shout")
      directive @shout(loud: Boolean) on FIELD_DEFINITION | ENUM_VALUE
    `,
    b: `
      extend schema @link(
        url: "https://specs.apollo.dev/federation/v2.9"
        as: "fed"
        import: [{ name: "@key", as: "@uid" }, "@inaccessible", "@composeDirective"]
      )
    `,
  },
  typeDefs: {
    a: `
      type Query { things(kind: Kind, secret: Int = 3 @inaccessible): [Thing!]! hidden: Int @inaccessible }
      type Thing @key(fields: "code") @tag(name: "public") {
        code: ID! @inaccessible
        label: String @shout(loud: true) @tag(name: "internal") @federation__cost(weight: 3)
        owner: ID @inaccessible
        hue: Hue
        cost: Secret @inaccessible
        marks: [Int!] @federation__listSize(assumedSize: 3)
      }
      enum Kind { OPEN SHUT @inaccessible }
      enum Hue { RED @shout BLUE @inaccessible }
      type Secret @inaccessible { x: Int }
    `,
    b: `
      type Thing @uid(fields: "code") {
        code: ID! @inaccessible
        label: String @fed__external
        hits: Int
        loud: String @fed__requires(fields: "label")
      }
    `,
    c: `
      type Thing @federation__extends @key(fields: "code") { code: ID! @inaccessible rank: String }
      extend type Query { first: Thing }
    `,
  },
  resolvers: {
    Query: {
      things: (_: unknown, { kind, secret }: Ref) =>
        kind === 'OPEN' || (secret ?? 3) !== 3 ? [things[0]] : things,
      hidden: () => 1,
      first: () => things[0],
    },
    Thing: {
      loud: (self: Ref) => text(given(self)['label']).toUpperCase(),
      rank: ({ code }: Ref) => `rank of ${text(code).slice(-1)}`,
    },
  },
  references: { Thing: ({ code }) => things.find((each) => each.code === code) ?? null },
  rows: [
    {
      construct: ['@inaccessible', '@key', '@extends', '@link'],
      name: 'a hidden key joins three subgraphs',
      query: '{ things { hits rank } first { label hits } }',
      expected: {
        data: {
          things: [
            { hits: 7, rank: 'rank of 1' },
            { hits: null, rank: 'rank of 2' },
          ],
          first: { label: 'canary-label-1', hits: 7 },
        },
        asked: ['a', 'b', 'c'],
      },
    },
    {
      construct: '@inaccessible',
      name: 'a hidden field',
      query: '{ things { code } }',
      expected: { refused: 'GRAPHQL_VALIDATION_FAILED' },
    },
    {
      construct: '@inaccessible',
      name: 'a hidden root field',
      query: '{ hidden }',
      expected: { refused: 'GRAPHQL_VALIDATION_FAILED' },
    },
    {
      construct: ['@inaccessible', 'default values'],
      name: 'a hidden argument has its default',
      query: '{ things { hue } }',
      expected: { data: { things: [{ hue: 'RED' }, { hue: null }] } },
    },
    {
      construct: ['@inaccessible', 'enums as input'],
      name: 'a hidden argument, and a hidden enum value as argument',
      query: '{ things(kind: SHUT, secret: 2) { hue } }',
      expected: { refused: 'GRAPHQL_VALIDATION_FAILED' },
    },
    {
      construct: '@inaccessible',
      name: 'a hidden type',
      query: '{ things { ... on Secret { x } } }',
      expected: { refused: 'GRAPHQL_VALIDATION_FAILED' },
    },
    {
      construct: ['@tag', '@composeDirective', '@cost', '@listSize'],
      name: 'what describes a field changes nothing',
      query: '{ things(kind: OPEN) { label marks hue } }',
      expected: { data: { things: [{ label: 'canary-label-1', marks: [1, 2], hue: 'RED' }] } },
    },
    {
      construct: ['@link', '@requires', '@external'],
      name: 'directives under other names',
      query: '{ things { loud } }',
      expected: { data: { things: [{ loud: 'CANARY-LABEL-1' }, { loud: 'CANARY-LABEL-2' }] } },
    },
    {
      construct: ['introspection', '@inaccessible', '@tag'],
      name: 'what is hidden and what describes is not shown',
      query:
        '{ thing: __type(name: "Thing") { fields { name } } secret: __type(name: "Secret") { name } hue: __type(name: "Hue") { enumValues { name } } }',
      expected: {
        data: {
          thing: {
            fields: [
              { name: 'label' },
              { name: 'hue' },
              { name: 'marks' },
              { name: 'hits' },
              { name: 'loud' },
              { name: 'rank' },
            ],
          },
          secret: null,
          hue: { enumValues: [{ name: 'RED' }] },
        },
        asked: [],
      },
    },
  ],
  variants: [
    {
      name: 'a field beside such directives, its subject hidden',
      annotations: {
        a: {
          'Thing.label': '@personal(category: "usage.content")',
          'Thing.marks': '@personal(category: "usage.history")',
          Thing: '@personal(subject: ["owner"])',
        },
      },
      cases: [
        {
          construct: ['@tag', '@composeDirective', '@cost', '@listSize', '@link', '@requires'],
          name: 'without purpose',
          caller: NOBODY,
          query: '{ things { hue: label label: hue marks loud } }',
          expected: {
            data: {
              things: [
                { hue: TEXT, label: 'RED', marks: [], loud: TEXT },
                { hue: TEXT, label: null, marks: [], loud: TEXT },
              ],
            },
          },
          unsent: ['label', 'marks', 'loud'],
        },
        {
          construct: '@inaccessible',
          name: 'a hidden subject is not known, so it permits nothing',
          caller: SUPPORT,
          query: '{ things { loud marks } }',
          expected: {
            data: {
              things: [
                { loud: TEXT, marks: [] },
                { loud: TEXT, marks: [] },
              ],
            },
          },
          masked: [
            'Thing.loud things[].loud 0-1 denied SUBJECT_UNRESOLVED',
            'Thing.marks things[].marks 0-1 denied SUBJECT_UNRESOLVED',
          ],
          keysAreSent: true,
        },
      ],
    },
    {
      name: 'a hidden key, under a renamed link',
      annotations: { b: { 'Thing.code': '@personal(category: "account.loginId")' } },
      cases: [
        {
          construct: ['@inaccessible', '@extends', '@link', '@key'],
          name: 'what is known by it alone is bound',
          caller: NOBODY,
          query: '{ things { __typename hits rank } first { hits } }',
          expected: {
            data: {
              things: [
                { __typename: 'Thing', hits: null, rank: TEXT },
                { __typename: 'Thing', hits: null, rank: TEXT },
              ],
              first: { hits: null },
            },
            asked: ['a', 'c'],
          },
          unsent: ['hits', 'rank'],
        },
      ],
    },
    {
      name: 'an extension',
      annotations: {
        c: { 'Thing.rank': '@personal(category: "usage.history")', Thing: '@personal(subject: ["code"])' },
      },
      cases: [
        {
          construct: '@extends',
          name: 'without purpose',
          caller: NOBODY,
          query: '{ things { label: rank } first { rank label } }',
          expected: {
            data: {
              things: [{ label: TEXT }, { label: TEXT }],
              first: { rank: TEXT, label: 'canary-label-1' },
            },
          },
          unsent: ['rank'],
          keysAreSent: true,
        },
      ],
    },
  ],
};
