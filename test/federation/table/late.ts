import { CONSENTED, MARKETING, NOBODY, TEXT, type Scene } from './scene.ts';

const items = [
  { id: 'i1', owner: 'u1', name: 'one' },
  { id: 'i2', owner: 'u2', name: 'two' },
];

const TIMEOUT_MS = 1_000;
const LATE_MS = 2_000;

/** A subgraph that answers when it is no longer waited for. */
export const late: Scene = {
  name: 'late',
  subgraphTimeoutMs: TIMEOUT_MS,
  typeDefs: {
    good: `
      type Query { items: [Item!]! }
      type Item @key(fields: "id") { id: ID! owner: ID name: String }
    `,
    late: 'type Item @key(fields: "id") { id: ID! late: String }',
  },
  resolvers: {
    Query: { items: () => items },
    Item: {
      late: async () => await new Promise((resolve) => setTimeout(() => resolve('canary-late'), LATE_MS)),
    },
  },
  references: { Item: ({ id }) => items.find((each) => each.id === id) ?? null },
  rows: [
    {
      construct: 'subgraphs that are late',
      name: 'they are given up',
      query: '{ items { name late } }',
      expected: {
        data: {
          items: [
            { name: 'one', late: null },
            { name: 'two', late: null },
          ],
        },
        errors: [''],
      },
      plain: 'departs: it waits',
      oracle: 'none: one schema has no subgraph that is late',
    },
  ],
  variants: [
    {
      name: 'what is late',
      annotations: {
        good: { Item: '@personal(subject: ["owner"])' },
        late: { 'Item.late': '@personal(category: "identity.name")' },
      },
      states: { 'user:u1': CONSENTED },
      cases: [
        {
          construct: 'subgraphs that are late',
          name: 'one of two consented',
          caller: MARKETING,
          query: '{ items { late } }',
          expected: { data: { items: [{ late: null }, { late: TEXT }] }, errors: [''] },
          masked: ['Item.late items[].late 1 denied CONSENT_NOT_GIVEN'],
        },
        {
          construct: 'subgraphs that are late',
          name: 'it is not asked for what is denied',
          caller: NOBODY,
          query: '{ items { late name } }',
          expected: {
            data: {
              items: [
                { late: TEXT, name: 'one' },
                { late: TEXT, name: 'two' },
              ],
            },
            asked: ['good'],
          },
        },
      ],
    },
  ],
};
