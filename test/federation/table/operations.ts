import { MARKETING, NOBODY, SUPPORT, text, TEXT, type Ref, type Scene } from './scene.ts';

const users = [
  { id: 'u1', name: 'canary-name-1', score: 5, tags: [['a', null], []] },
  { id: 'u2', name: null, score: null, tags: [null, ['canary-tag']] },
  { id: 'u3', name: 'canary-name-3', score: 1, tags: [] },
];

/** What operations are made of, over two subgraphs. */
export const operations: Scene = {
  name: 'operations',
  typeDefs: {
    one: `
      type Query { me: User users(first: Int = 2): [User!]! }
      type Mutation { touch: User }
      type Subscription { ticks: Int }
      type User @key(fields: "id") { id: ID! name: String }
    `,
    two: `
      enum Unit { PT PC }
      type Query { top(unit: Unit = PT): User }
      type User @key(fields: "id") { id: ID! score(unit: Unit = PT): String tags: [[String]] }
    `,
  },
  resolvers: {
    Query: {
      me: () => users[0],
      users: (_: unknown, { first }: Ref) => users.slice(0, Number(first ?? 0)),
      top: () => users[2],
    },
    Mutation: { touch: () => users[1] },
    User: {
      score: ({ score }: Ref, { unit }: Ref) => (score === null ? null : `${text(score)} ${text(unit)}`),
    },
  },
  references: { User: ({ id }) => users.find((each) => each.id === id) ?? null },
  rows: [
    {
      construct: ['@skip and @include', 'variables'],
      name: 'on fields and fragments of both subgraphs',
      query:
        'query ($y: Boolean!, $n: Boolean! = false) { users { id @skip(if: $y) name @include(if: $y) score @skip(if: $n) @include(if: $y) ... @include(if: $n) { tags } ...T @skip(if: $n) } me @include(if: $n) { name } } fragment T on User { t: __typename }',
      variables: { y: true },
      expected: {
        data: {
          users: [
            { name: 'canary-name-1', score: '5 PT', t: 'User' },
            { name: null, score: null, t: 'User' },
          ],
        },
      },
    },
    {
      construct: '@skip and @include',
      name: 'everything is switched off',
      query:
        'query ($y: Boolean!) { me { id @skip(if: $y) score @skip(if: $y) } top @skip(if: $y) { name } }',
      variables: { y: true },
      expected: { data: { me: {} } },
    },
    {
      construct: 'fragments',
      name: 'named ones within named ones, and the same field in several',
      query:
        'query { me { ...A ... on User { tags } } me { id } } fragment A on User { id ...B ...B } fragment B on User { name ... { score(unit: PC) } }',
      expected: {
        data: { me: { id: 'u1', name: 'canary-name-1', score: '5 PC', tags: [['a', null], []] } },
      },
    },
    {
      construct: 'variables',
      name: 'one variable in both subgraphs, enums, and a list that is cut by one',
      query:
        'query ($u: Unit, $n: Int = 1) { users(first: $n) { s: score(unit: $u) d: score } top(unit: $u) { id } }',
      variables: { u: 'PC' },
      expected: { data: { users: [{ s: '5 PC', d: '5 PT' }], top: { id: 'u3' } } },
    },
    {
      construct: ['__typename', 'aliases'],
      name: 'of roots and objects, under any name',
      query: '{ __typename q: __typename me { id: __typename __typename score } top { name: __typename } }',
      expected: {
        data: {
          __typename: 'Query',
          q: 'Query',
          me: { id: 'User', __typename: 'User', score: '5 PT' },
          top: { name: 'User' },
        },
      },
    },
    {
      construct: ['__typename', 'mutations'],
      name: 'of a mutation',
      query: 'mutation { __typename touch { __typename score } }',
      expected: { data: { __typename: 'Mutation', touch: { __typename: 'User', score: null } } },
    },
    {
      construct: 'aliases',
      name: 'names of fields for other fields',
      query: '{ me { id: name name: id score: tags tags: score(unit: PC) } }',
      expected: {
        data: { me: { id: 'canary-name-1', name: 'u1', score: [['a', null], []], tags: '5 PC' } },
      },
      plain: 'departs: it takes the client’s alias for the key',
    },
    {
      construct: 'introspection',
      name: 'beside data',
      query:
        'query ($t: String!) { __schema { queryType { name } mutationType { name } } __type(name: $t) { kind enumValues { name } } me { id } }',
      variables: { t: 'Unit' },
      expected: {
        data: {
          __schema: { queryType: { name: 'Query' }, mutationType: { name: 'Mutation' } },
          __type: { kind: 'ENUM', enumValues: [{ name: 'PT' }, { name: 'PC' }] },
          me: { id: 'u1' },
        },
      },
    },
    {
      construct: 'several operations',
      name: 'the one that is named is run',
      query: 'query A { me { id } } query B($n: Int) { users(first: $n) { id } } mutation C { touch { id } }',
      operationName: 'B',
      variables: { n: 1 },
      expected: { data: { users: [{ id: 'u1' }] }, asked: ['one'] },
    },
    {
      construct: '@defer',
      name: 'a directive that the schema does not have',
      query: '{ me { id ... @defer { score } } }',
      expected: { refused: 'GRAPHQL_VALIDATION_FAILED' },
    },
    {
      construct: 'subscriptions',
      name: 'of a subgraph',
      query: 'subscription { ticks }',
      expected: { refused: 'OPERATION_NOT_SUPPORTED' },
      plain: 'departs: it calls it a failure of its own',
      oracle: 'none: one schema could serve it',
    },
    {
      construct: 'lists of lists',
      name: 'of leaves, with nulls in each place',
      query: '{ users(first: 3) { tags } }',
      expected: {
        data: { users: [{ tags: [['a', null], []] }, { tags: [null, ['canary-tag']] }, { tags: [] }] },
      },
    },
  ],
  variants: [
    {
      name: 'fields of both subgraphs',
      annotations: {
        one: { 'User.name': '@personal(category: "identity.name")', User: '@personal(subject: ["id"])' },
        two: {
          'User.score': '@personal(category: "usage.history")',
          'User.tags': '@personal(category: "usage.content")',
        },
      },
      states: { 'user:u1': { entries: [{ purpose: 'marketing.recommendation', state: 'GIVEN' }] } },
      cases: [
        {
          construct: ['@skip and @include', 'variables', 'fragments'],
          name: 'what is switched off is not reported',
          caller: NOBODY,
          query:
            'query ($y: Boolean!) { users { id: name @skip(if: $y) name @include(if: $y) ...T @skip(if: $y) ... @include(if: $y) { score } } me @skip(if: $y) { name } } fragment T on User { tags }',
          variables: { y: true },
          expected: {
            data: {
              users: [
                { name: TEXT, score: TEXT },
                { name: TEXT, score: TEXT },
              ],
            },
            asked: ['one'],
          },
          masked: [
            'User.name users[].name 0-1 denied PURPOSE_MISSING',
            'User.score users[].score 0-1 denied PURPOSE_MISSING',
          ],
          unsent: ['name', 'score', 'tags'],
        },
        {
          construct: ['aliases', '__typename', 'fragments'],
          name: 'one field under many names and arguments, within fragments',
          caller: MARKETING,
          query:
            'query ($u: Unit = PC) { users { ...A ...B } } fragment A on User { id: score __typename: name } fragment B on User { name: score(unit: $u) ... on User { score: __typename } }',
          expected: {
            data: {
              users: [
                { id: '5 PT', __typename: 'canary-name-1', name: '5 PC', score: 'User' },
                { id: TEXT, __typename: TEXT, name: TEXT, score: 'User' },
              ],
            },
          },
          masked: [
            'User.score users[].id 1 denied CONSENT_NOT_GIVEN',
            'User.name users[].__typename 1 denied CONSENT_NOT_GIVEN',
            'User.score users[].name 1 denied CONSENT_NOT_GIVEN',
          ],
        },
        {
          construct: ['lists of lists', 'variables'],
          name: 'a list of lists that is denied is empty',
          caller: NOBODY,
          query: 'query ($n: Int) { users(first: $n) { tags } }',
          variables: { n: 3 },
          expected: { data: { users: [{ tags: [] }, { tags: [] }, { tags: [] }] }, asked: ['one'] },
        },
        {
          construct: ['several operations', 'variables'],
          name: 'the one that is named is judged',
          caller: NOBODY,
          query: 'query A { me { name } } query B { top { name } }',
          operationName: 'B',
          expected: { data: { top: { name: TEXT } } },
          masked: ['User.name top.name denied PURPOSE_MISSING'],
        },
        {
          construct: 'introspection',
          name: 'annotations do not show in the schema',
          caller: NOBODY,
          query: '{ __type(name: "User") { fields { name } } __schema { directives { name } } }',
          expected: {
            data: {
              __type: { fields: [{ name: 'id' }, { name: 'name' }, { name: 'score' }, { name: 'tags' }] },
              __schema: {
                directives: [
                  { name: 'include' },
                  { name: 'skip' },
                  { name: 'deprecated' },
                  { name: 'specifiedBy' },
                  { name: 'oneOf' },
                  { name: 'usedFor' },
                ],
              },
            },
          },
        },
        {
          construct: ['__typename', 'mutations'],
          name: 'of what a mutation returns',
          caller: NOBODY,
          query: 'mutation { touch { __typename name: score } }',
          expected: { data: { touch: { __typename: 'User', name: TEXT } }, asked: ['one'] },
        },
        {
          construct: '@defer',
          name: 'refused as where nothing is annotated',
          caller: SUPPORT,
          query: '{ me { id ... @defer { name } } }',
          expected: { refused: 'GRAPHQL_VALIDATION_FAILED' },
        },
        {
          construct: 'subscriptions',
          name: 'nothing is sent anywhere',
          caller: SUPPORT,
          query: 'subscription { ticks }',
          expected: { refused: 'OPERATION_NOT_SUPPORTED' },
        },
      ],
    },
  ],
};
