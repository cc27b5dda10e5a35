import { CONSENTED, MARKETING, NOBODY, SUPPORT, TEXT, type Scene } from './scene.ts';

const users = [
  {
    __typename: 'User',
    id: 'u1',
    name: 'canary-name-1',
    address: { city: 'canary-city-1', zip: '1' },
    age: 30,
  },
  { __typename: 'User', id: 'u2', name: null, address: null, age: 40 },
];

const book = { __typename: 'Book', id: 'b1', title: 'canary-title-1', pages: 9 };
const film = { __typename: 'Film', id: 'f1', title: 'Storm', length: 90 };

const reviews = [
  { id: 'r1', by: users[0], of: book, readers: [[users[0]], []] },
  { id: 'r2', by: users[1], of: film, readers: [null, [users[1], users[0]]] },
];

/** Copies that a subgraph gives along with an object of another's. */
export const provides: Scene = {
  name: 'provides',
  typeDefs: {
    users: `
      type Query { me: User }
      type User @key(fields: "id") { id: ID! name: String @shareable address: Address @shareable age: Int }
      type Address { city: String @shareable zip: String }
      type Book @key(fields: "id") { id: ID! title: String @shareable pages: Int }
      type Film @key(fields: "id") { id: ID! title: String length: Int }
    `,
    reviews: `
      type Query { reviews: [Review!]! }
      type Review @key(fields: "id") {
        id: ID!
        by: User @provides(fields: "name address { city }")
        of: Work @provides(fields: "... on Book { title }")
        readers: [[User!]] @provides(fields: "name")
      }
      union Work = Book | Film
      type User @key(fields: "id") { id: ID! name: String @external address: Address @external }
      type Address { city: String @external }
      type Book @key(fields: "id") { id: ID! title: String @external }
      type Film @key(fields: "id") { id: ID! }
    `,
  },
  resolvers: { Query: { me: () => users[0], reviews: () => reviews } },
  references: {
    User: ({ id }) => users.find((each) => each.id === id) ?? null,
    Book: () => book,
    Film: () => film,
    Review: ({ id }) => reviews.find((each) => each.id === id) ?? null,
  },
  rows: [
    {
      construct: ['@provides', '@external'],
      name: 'what is provided is not asked for elsewhere',
      query: '{ reviews { by { name address { city } } } }',
      expected: {
        data: {
          reviews: [
            { by: { name: 'canary-name-1', address: { city: 'canary-city-1' } } },
            { by: { name: null, address: null } },
          ],
        },
        asked: ['reviews'],
      },
    },
    {
      construct: '@provides',
      name: 'beside what is not',
      query: '{ reviews { by { id: name name: age } } me { name } }',
      expected: {
        data: {
          reviews: [{ by: { id: 'canary-name-1', name: 30 } }, { by: { id: null, name: 40 } }],
          me: { name: 'canary-name-1' },
        },
        asked: ['reviews', 'users'],
      },
      plain: 'departs: it takes the client’s aliases for keys and finds nobody by them',
    },
    {
      construct: ['@provides', 'unions across subgraphs'],
      name: 'for one type of a union',
      query: '{ reviews { of { ... on Book { title pages } ... on Film { title length } } } }',
      expected: {
        data: {
          reviews: [{ of: { title: 'canary-title-1', pages: 9 } }, { of: { title: 'Storm', length: 90 } }],
        },
      },
    },
    {
      construct: ['@provides', 'lists of lists'],
      name: 'in lists of lists',
      query: '{ reviews { readers { name age } } }',
      expected: {
        data: {
          reviews: [
            { readers: [[{ name: 'canary-name-1', age: 30 }], []] },
            {
              readers: [
                null,
                [
                  { name: null, age: 40 },
                  { name: 'canary-name-1', age: 30 },
                ],
              ],
            },
          ],
        },
      },
    },
  ],
  variants: [
    {
      name: 'a field of object type, and a type, each in one subgraph',
      annotations: {
        users: { 'User.address': '@personal(category: "contact.address", subject: ["id"])' },
        reviews: { Book: '@personal(category: "usage.content", subject: ["id"])' },
      },
      states: { 'user:u1': CONSENTED },
      cases: [
        {
          construct: ['@provides', 'value types', '__typename'],
          name: 'neither its presence nor what is beneath it',
          caller: NOBODY,
          query:
            '{ reviews { by { age address { __typename city zip } } of { __typename ... on Book { title pages } } } }',
          expected: {
            data: {
              reviews: [
                { by: { age: 30, address: null }, of: { __typename: 'Book', title: TEXT, pages: null } },
                { by: { age: 40, address: null }, of: { __typename: 'Film' } },
              ],
            },
          },
          masked: [
            'User.address reviews[].by.address 0-1 denied PURPOSE_MISSING',
            'Book.title reviews[].of.title 0 denied PURPOSE_MISSING',
            'Book.pages reviews[].of.pages 0 denied PURPOSE_MISSING',
          ],
          unsent: ['address', 'city', 'zip', 'title', 'pages'],
        },
        {
          construct: ['@provides', 'value types'],
          name: 'one of two consented',
          caller: MARKETING,
          query: '{ reviews { by { address { zip city } } } me { address { city } } }',
          expected: {
            data: {
              reviews: [{ by: { address: { zip: '1', city: 'canary-city-1' } } }, { by: { address: null } }],
              me: { address: { city: 'canary-city-1' } },
            },
          },
          masked: ['User.address reviews[].by.address 1 denied CONSENT_NOT_GIVEN'],
        },
      ],
    },
    {
      name: 'the original alone, never the copy',
      annotations: {
        users: {
          'User.name': '@personal(category: "identity.name", subject: ["id"])',
          'Address.city': '@personal(category: "contact.address")',
          'Book.title': '@personal(category: "usage.content", subject: ["id"])',
          User: '@personal(subject: ["id"])',
        },
      },
      states: { 'user:u1': CONSENTED },
      cases: [
        {
          construct: ['@provides', '@external', 'aliases'],
          name: 'without purpose',
          caller: NOBODY,
          query: '{ reviews { by { id: name age: __typename address { city } } } }',
          expected: {
            data: {
              reviews: [
                { by: { id: TEXT, age: 'User', address: { city: TEXT } } },
                { by: { id: TEXT, age: 'User', address: null } },
              ],
            },
          },
          unsent: ['name', 'city'],
        },
        {
          construct: ['@provides', 'lists of lists'],
          name: 'one of two consented, in lists of lists',
          caller: MARKETING,
          query: '{ reviews { readers { name age } by { address { city } } } }',
          expected: {
            data: {
              reviews: [
                {
                  readers: [[{ name: 'canary-name-1', age: 30 }], []],
                  by: { address: { city: 'canary-city-1' } },
                },
                {
                  readers: [
                    null,
                    [
                      { name: TEXT, age: 40 },
                      { name: 'canary-name-1', age: 30 },
                    ],
                  ],
                  by: { address: null },
                },
              ],
            },
          },
          masked: ['User.name reviews[].readers[][].name 1.1.0 denied CONSENT_NOT_GIVEN'],
        },
        {
          construct: ['@provides', 'unions across subgraphs'],
          name: 'for one type of a union',
          caller: NOBODY,
          query: '{ reviews { of { ... on Film { title } ... on Book { title pages } } } }',
          expected: { data: { reviews: [{ of: { title: TEXT, pages: 9 } }, { of: { title: 'Storm' } }] } },
        },
        {
          construct: '@provides',
          name: 'for a purpose that covers it',
          caller: SUPPORT,
          query: '{ reviews { by { name } of { ... on Book { title } } } }',
          expected: {
            data: {
              reviews: [
                { by: { name: 'canary-name-1' }, of: { title: 'canary-title-1' } },
                { by: { name: null }, of: {} },
              ],
            },
            asked: ['reviews'],
          },
        },
      ],
    },
  ],
};
