import { EMAIL, MARKETING, NOBODY, SUPPORT, text, type Ref, type Scene } from './scene.ts';

const orders = [
  { id: 'o1', sum: 5, buyer: { currency: 'EUR', mail: 'canary-mail-1' } },
  { id: 'o2', sum: 7, buyer: { currency: 'JPY', mail: 'canary-mail-2' } },
  { id: 'o3', sum: 9, buyer: { currency: null, mail: 'canary-mail-3' } },
] as const;

const users = orders.map((order, index) => ({ id: String(index + 1), ...order.buyer, orders: [order] }));

/** What a subgraph is sent from above, or, in one schema of everything, what stands there. */
const fromAbove = (self: Ref, sent: Ref, name: 'currency' | 'mail'): string => {
  const { buyer } = orders.find(({ id }) => id === self['id']) ?? {};
  return text(name in sent ? sent[name] : buyer?.[name]);
};

const ROWS = '{ users { orders { price } } }';

/** Arguments that take their values from an object above. */
export const context: Scene = {
  name: 'context',
  plainRefuses: /context\/v0\.1 is for: SECURITY but is unsupported/,
  typeDefs: {
    accounts: `
      type Query { users: [User!]! }
      type User @key(fields: "id") @context(name: "user") {
        id: ID!
        currency: String
        mail: String
        orders: [Order!]!
      }
      type Order @key(fields: "id") {
        id: ID!
        price(currency: String @fromContext(field: "$user { currency }")): String
        receipt(mail: String @fromContext(field: "$user { mail }")): String
      }
    `,
    billing: 'type Order @key(fields: "id") { id: ID! sum: Int }',
  },
  resolvers: {
    Query: { users: () => users },
    Order: {
      price: (self: Ref, sent: Ref) => `in ${fromAbove(self, sent, 'currency')}`,
      receipt: (self: Ref, sent: Ref) => `to ${fromAbove(self, sent, 'mail')}`,
    },
  },
  references: { Order: ({ id }) => orders.find((order) => order.id === id) ?? null },
  rows: [
    {
      construct: ['@context', '@fromContext'],
      name: 'each object takes what stands above it, null too',
      query: ROWS,
      expected: {
        data: {
          users: [
            { orders: [{ price: 'in EUR' }] },
            { orders: [{ price: 'in JPY' }] },
            { orders: [{ price: 'in none' }] },
          ],
        },
      },
    },
    {
      construct: '@fromContext',
      name: 'under two aliases, beside another subgraph',
      query: '{ users { id orders { a: price sum b: price } } }',
      expected: {
        data: {
          users: [
            { id: '1', orders: [{ a: 'in EUR', sum: 5, b: 'in EUR' }] },
            { id: '2', orders: [{ a: 'in JPY', sum: 7, b: 'in JPY' }] },
            { id: '3', orders: [{ a: 'in none', sum: 9, b: 'in none' }] },
          ],
        },
      },
    },
    {
      construct: '@fromContext',
      name: 'the argument is not a client’s to give',
      query: '{ users { orders { price(currency: "USD") } } }',
      expected: { refused: 'GRAPHQL_VALIDATION_FAILED' },
    },
  ],
  variants: [
    {
      name: 'what is taken',
      annotations: {
        accounts: { User: '@personal(subject: ["id"])', 'User.mail': '@personal(category: "contact.email")' },
      },
      states: {},
      cases: [NOBODY, MARKETING, SUPPORT].map((caller) => ({
        construct: ['@context', '@fromContext'] as const,
        name: `what is made of it is shown to nobody, nor asked for: ${JSON.stringify(caller)}`,
        query: '{ users { orders { receipt } } }',
        caller,
        expected: { data: { users: users.map(() => ({ orders: [{ receipt: EMAIL }] })) } },
        unsent: ['mail', 'receipt'],
      })),
    },
  ],
};
