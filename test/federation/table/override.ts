import { CONSENTED, EMAIL, MARKETING, NOBODY, SUPPORT, TEXT, type Scene } from './scene.ts';

const bills = [
  { id: 'b1', payer: 'u1', amount: 10, mail: 'canary-1@example.com', note: 'canary-note-1' },
  { id: 'b2', payer: 'u2', amount: null, mail: 'canary-2@example.com', note: null },
];

/** Fields that move from one subgraph to another. */
export const override: Scene = {
  name: 'override',
  typeDefs: {
    old: `
      type Query { bills: [Bill!]! }
      type Bill @key(fields: "id") { id: ID! payer: ID! amount: Int mail: String note: String }
    `,
    new: `
      type Query { paid: [Bill] }
      type Bill @key(fields: "id") {
        id: ID!
        amount: Int @override(from: "old")
        mail: String @override(from: "old")
        note: String @override(from: "old", label: "percent(50)")
      }
    `,
  },
  resolvers: { Query: { bills: () => bills, paid: () => [bills[1]] } },
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
