import {
  CONSENTED,
  EMAIL,
  given,
  MARKETING,
  NOBODY,
  SUPPORT,
  text,
  TEXT,
  type Ref,
  type Scene,
} from './scene.ts';

const bills = [
  {
    id: 'b1',
    payer: 'u1',
    amount: 10,
    mail: 'canary-1@example.com',
    note: 'canary-note-1',
    phone: 'canary-77',
  },
  { id: 'b2', payer: 'u2', amount: null, mail: 'canary-2@example.com', note: null, phone: null },
];

/** Fields that move from one subgraph to another. */
export const override: Scene = {
  name: 'override',
  typeDefs: {
    old: `
      type Query { bills: [Bill!]! }
      type Bill @key(fields: "id") {
        id: ID!
        payer: ID!
        amount: Int
        mail: String
        note: String
        phone: String
        call: String
      }
    `,
    new: `
      type Query { paid: [Bill] }
      type Bill @key(fields: "id") {
        id: ID!
        amount: Int @override(from: "old")
        mail: String @override(from: "old")
        note: String @override(from: "old", label: "percent(50)")
        phone: String @external
        call: String @override(from: "old") @requires(fields: "phone")
      }
    `,
  },
  resolvers: {
    Query: { bills: () => bills, paid: () => [bills[1]] },
    Bill: { call: (self: Ref) => `call ${text(given(self)['phone'])}` },
  },
  references: { Bill: ({ id }) => bills.find((each) => each.id === id) ?? null },
  rows: [
    {
      construct: '@override',
      name: 'the new home answers',
      query: '{ bills { amount mail } }',
      expected: {
        data: {
          bills: [
            { amount: 10, mail: 'canary-1@example.com' },
            { amount: null, mail: 'canary-2@example.com' },
          ],
        },
        asked: ['new', 'old'],
      },
    },
    {
      construct: '@override',
      name: 'asked of the new home alone',
      query: '{ paid { amount } }',
      expected: { data: { paid: [{ amount: null }] }, asked: ['new'] },
    },
    {
      construct: ['@override', '@requires'],
      name: 'the new home makes it of what the old one has',
      query: '{ bills { call } }',
      expected: { data: { bills: [{ call: 'call canary-77' }, { call: 'call none' }] } },
    },
    {
      construct: 'progressive @override',
      name: 'no label is set, so the old home answers',
      query: '{ bills { note } }',
      expected: { data: { bills: [{ note: 'canary-note-1' }, { note: null }] }, asked: ['old'] },
    },
    {
      construct: 'progressive @override',
      name: 'the old home answers what starts at the new one',
      query: '{ paid { note } }',
      expected: { data: { paid: [{ note: null }] }, asked: ['new', 'old'] },
    },
  ],
  variants: [
    {
      name: 'the old home alone',
      annotations: {
        old: {
          Bill: '@personal(subject: ["payer"])',
          'Bill.mail': '@personal(category: "contact.email")',
          'Bill.note': '@personal(category: "usage.content")',
          'Bill.phone': '@personal(category: "contact.telephone")',
        },
      },
      states: { 'user:u1': CONSENTED },
      cases: [
        {
          construct: '@override',
          name: 'without purpose',
          caller: NOBODY,
          query: '{ bills { amount id: mail } paid { mail } }',
          expected: {
            data: {
              bills: [
                { amount: 10, id: EMAIL },
                { amount: null, id: EMAIL },
              ],
              paid: [{ mail: EMAIL }],
            },
          },
          unsent: ['mail'],
        },
        {
          construct: '@override',
          name: 'one of two consented',
          caller: MARKETING,
          query: '{ bills { mail } paid { mail } }',
          expected: {
            data: { bills: [{ mail: 'canary-1@example.com' }, { mail: EMAIL }], paid: [{ mail: EMAIL }] },
          },
        },
        {
          construct: ['@override', '@requires'],
          name: 'the new home makes it of what is personal',
          caller: NOBODY,
          query: '{ bills { phone: call call: amount } }',
          expected: {
            data: {
              bills: [
                { phone: '+█████', call: 10 },
                { phone: '+█████', call: null },
              ],
            },
          },
          unsent: ['phone', 'call'],
        },
        {
          construct: 'progressive @override',
          name: 'without purpose',
          caller: NOBODY,
          query: '{ bills { mail: note note: amount } }',
          expected: {
            data: {
              bills: [
                { mail: TEXT, note: 10 },
                { mail: TEXT, note: null },
              ],
            },
          },
          unsent: ['note'],
        },
      ],
    },
    {
      name: 'the new home alone',
      annotations: {
        new: {
          'Bill.mail': '@personal(category: "contact.email", subject: ["payer"])',
          'Bill.note': '@personal(category: "usage.content", subject: ["payer"])',
        },
      },
      cases: [
        {
          construct: 'progressive @override',
          name: 'the old home answers, and is bound',
          caller: NOBODY,
          query: '{ bills { note } }',
          expected: { data: { bills: [{ note: TEXT }, { note: TEXT }] }, asked: ['old'] },
          unsent: ['note'],
        },
        {
          construct: ['@override', 'progressive @override'],
          name: 'for a purpose that covers it',
          caller: SUPPORT,
          query: '{ bills { mail note } }',
          expected: {
            data: {
              bills: [
                { mail: 'canary-1@example.com', note: 'canary-note-1' },
                { mail: 'canary-2@example.com', note: null },
              ],
            },
          },
        },
      ],
    },
  ],
};
