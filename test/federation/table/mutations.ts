import { MARKETING, NOBODY, SUPPORT, text, TEXT, type Ref, type Scene } from './scene.ts';

/** What was done to the one order, in order. */
const steps: string[] = [];

const order = {
  id: 'o1',
  by: 'canary-buyer',
  buyer: 'u1',
  get steps(): readonly string[] {
    return [...steps];
  },
  get picked(): number {
    return steps.filter((step) => step === 'pick').length;
  },
};

const done = (step: string) => {
  steps.push(step);
  return order;
};

/** Mutations of several subgraphs in one operation. */
export const mutations: Scene = {
  name: 'mutations',
  reset: () => void (steps.length = 0),
  typeDefs: {
    shop: `
      type Query { order: Order }
      type Mutation { open(who: String, note: Note): Order fill(id: ID!): Order! audit: String @shareable }
      input Note { text: String lines: [String!] }
      type Order @key(fields: "id") { id: ID! by: String buyer: ID steps: [String!] }
    `,
    stock: `
      type Mutation { pick(order: ID!): Order boom: Order audit: String @shareable }
      type Order @key(fields: "id") { id: ID! picked: Int }
    `,
  },
  resolvers: {
    Query: { order: () => order },
    Mutation: {
      open: (_: unknown, { who }: Ref) => done(who == null ? 'open' : `open by ${text(who)}`),
      fill: () => done('fill'),
      pick: () => done('pick'),
      audit: () => done('audit').steps.join(),
      boom: () => {
        steps.push('boom');
        throw new Error('canary in a mutation');
      },
    },
  },
  references: { Order: () => order },
  rows: [
    {
      construct: ['mutations', 'mutations across subgraphs', 'aliases'],
      name: 'each sees what those before it did',
      query:
        'mutation { a: open { id } b: pick(order: "o1") { picked by } c: fill(id: "o1") { picked } id: pick(order: "o1") { picked } audit }',
      expected: {
        data: {
          a: { id: 'o1' },
          b: { picked: 1, by: 'canary-buyer' },
          c: { picked: 1 },
          id: { picked: 2 },
          audit: 'open,pick,fill,pick,audit',
        },
        asked: ['shop', 'stock'],
      },
    },
    {
      construct: ['mutations', 'errors of fields'],
      name: 'those after one that fails are run',
      query: 'mutation { open { id } boom { id by } pick(order: "o1") { picked } }',
      expected: { data: { open: { id: 'o1' }, boom: null, pick: { picked: 1 } }, errors: ['boom'] },
    },
    {
      construct: ['mutations across subgraphs', '@skip and @include', 'fragments'],
      name: 'switched off, and in fragments',
      query:
        'mutation ($on: Boolean!) { open @skip(if: $on) { id } ...P } fragment P on Mutation { pick(order: "o1") @include(if: $on) { steps ... on Order { picked } } }',
      variables: { on: true },
      expected: { data: { pick: { steps: ['pick'], picked: 1 } } },
    },
  ],
  variants: [
    {
      name: 'what is returned, and an input',
      annotations: {
        shop: {
          Order: '@personal(subject: ["buyer"])',
          'Order.by': '@personal(category: "identity.name")',
          'Mutation.open(who:)': '@personal(category: "identity.name")',
          'Note.text': '@personal(category: "usage.content")',
        },
        stock: { 'Mutation.audit': '@personal(category: "usage.content")' },
      },
      cases: [
        {
          construct: ['mutations', 'mutations across subgraphs', 'aliases'],
          name: 'run, and mask what they return',
          caller: NOBODY,
          query: 'mutation { a: pick(order: "o1") { id: by } b: open(who: "Doi") { by steps } audit }',
          expected: {
            data: { a: { id: TEXT }, b: { by: TEXT, steps: ['pick', 'open by Doi'] }, audit: TEXT },
            asked: ['shop', 'stock'],
          },
          unsent: ['by'],
        },
        {
          construct: 'mutations',
          name: 'for a purpose that covers it',
          caller: SUPPORT,
          query: 'mutation { open(note: { text: "x", lines: [] }) { by } pick(order: "o1") { by } }',
          expected: { data: { open: { by: 'canary-buyer' }, pick: { by: 'canary-buyer' } } },
        },
        {
          construct: 'mutations',
          name: 'personal input from a client that may not write: none is run',
          caller: MARKETING,
          query: 'mutation { pick(order: "o1") { id } open(who: "Doi") { steps } }',
          expected: { refused: 'PERSONAL_ARGUMENT_REJECTED' },
        },
        {
          construct: ['mutations', 'input types'],
          name: 'personal input within an input type, as null',
          caller: MARKETING,
          query: 'mutation ($n: Note) { open(note: $n) { id } }',
          variables: { n: { text: null } },
          expected: { refused: 'PERSONAL_ARGUMENT_REJECTED' },
        },
        {
          construct: 'mutations',
          name: 'what was masked is not written back',
          caller: SUPPORT,
          query: 'mutation { fill(id: "o1") { id } open(note: { lines: ["█████"] }) { id } }',
          expected: { refused: 'MASKED_VALUE_WRITTEN' },
        },
      ],
    },
    {
      name: 'the presence of what is returned',
      annotations: {
        shop: {
          'Mutation.open': '@personal(category: "usage.content")',
          'Mutation.fill': '@personal(category: "usage.content", otherwise: "reject")',
        },
        stock: { 'Order.picked': '@personal(category: "usage.history", subject: ["buyer"])' },
      },
      cases: [
        {
          construct: ['mutations', 'errors of fields'],
          name: 'run, and show nothing',
          caller: NOBODY,
          query: 'mutation { open { __typename id } boom { id } pick(order: "o1") { steps picked } }',
          expected: {
            data: { open: null, boom: null, pick: { steps: ['open', 'boom', 'pick'], picked: null } },
            errors: ['boom'],
          },
          unsent: ['picked'],
        },
        {
          construct: ['mutations', 'null for non-null'],
          name: 'run, and rejected where null may not stand',
          caller: NOBODY,
          query: 'mutation { open { id } fill(id: "o1") { id } }',
          expected: { data: null, errors: ['fill'], asked: ['shop'] },
        },
      ],
    },
  ],
};
