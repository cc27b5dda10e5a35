import { CONSENTED, MARKETING, NOBODY, SUPPORT, TEXT, type Scene } from './scene.ts';

const here = {
  x: 1,
  y: 2,
  label: 'canary-here',
  sign: 'canary-sign-1',
  owner: 'u1',
  shape: { __typename: 'Disc', area: 3, radius: 1 },
};
const there = {
  x: null,
  y: 4,
  label: 'canary-there',
  sign: 'canary-sign-2',
  owner: 'u2',
  shape: { __typename: 'Box', area: 4, side: 2 },
};
const item = { id: 'i1', stock: 5, colour: 'canary-colour', holder: 'u1' };

/** What several subgraphs may answer. */
export const shareable: Scene = {
  name: 'shareable',
  typeDefs: {
    east: `
      type Query { here: Place version: String @shareable items: [Item!] }
      type Place @shareable { x: Int y: Int! label: String sign: String owner: ID shape: Shape }
      interface Shape { area: Int }
      type Disc implements Shape @shareable { area: Int radius: Int }
      type Box implements Shape @shareable { area: Int side: Int }
      type Item @key(fields: "id") { id: ID! stock: Int @shareable colour: String! holder: ID }
    `,
    west: `
      type Query { there: Place version: String @shareable item: Item }
      type Place @shareable { x: Int y: Int label: String sign: String! owner: ID shape: Shape }
      interface Shape { area: Int }
      type Disc implements Shape @shareable { area: Int radius: Int }
      type Box implements Shape @shareable { area: Int side: Int }
      type Item @key(fields: "id") { id: ID! stock: Int @shareable }
    `,
  },
  resolvers: {
    Query: {
      here: () => here,
      there: () => there,
      items: () => [item, item],
      item: () => item,
      version: () => 'canary-version',
    },
  },
  references: { Item: () => item },
  rows: [
    {
      construct: '@shareable',
      name: 'the subgraph that is asked anyway answers',
      query: '{ item { stock } }',
      expected: { data: { item: { stock: 5 } }, asked: ['west'] },
    },
    {
      construct: ['@shareable', 'shared root fields'],
      name: 'one subgraph answers a field that both have',
      query: '{ version v: version }',
      expected: { data: { version: 'canary-version', v: 'canary-version' }, asked: ['east'] },
    },
    {
      construct: ['value types', 'fields with types that differ'],
      name: 'each subgraph gives its own; what is nullable in one is nullable',
      query: '{ here { x y label } there { x y label } }',
      expected: {
        data: {
          here: { x: 1, y: 2, label: 'canary-here' },
          there: { x: null, y: 4, label: 'canary-there' },
        },
        asked: ['east', 'west'],
      },
    },
    {
      construct: ['value types', 'interfaces'],
      name: 'behind an interface',
      query:
        '{ here { shape { ...S } } there { shape { ...S } } } fragment S on Shape { __typename area ... on Disc { radius } ... on Box { side } }',
      expected: {
        data: {
          here: { shape: { __typename: 'Disc', area: 3, radius: 1 } },
          there: { shape: { __typename: 'Box', area: 4, side: 2 } },
        },
      },
    },
  ],
  variants: [
    {
      name: 'the copy of one subgraph alone',
      annotations: {
        west: {
          'Place.label': '@personal(category: "identity.name")',
          'Place.sign': '@personal(category: "identity.name")',
          Place: '@personal(subject: ["owner"])',
          'Item.stock': '@personal(category: "usage.history")',
          'Disc.area': '@personal(category: "usage.history")',
        },
        east: { Item: '@personal(subject: ["holder"])' },
      },
      states: { 'user:u1': CONSENTED },
      cases: [
        {
          construct: ['value types', 'fields with types that differ'],
          name: 'asked of both, without purpose',
          caller: NOBODY,
          query: '{ here { owner: label x } there { y: label label: y } }',
          expected: {
            data: { here: { owner: TEXT, x: 1 }, there: { y: TEXT, label: 4 } },
            asked: ['east', 'west'],
          },
          unsent: ['label'],
        },
        {
          construct: 'value types',
          name: 'asked of both, one owner consented',
          caller: MARKETING,
          query: '{ here { label } there { label } }',
          expected: { data: { here: { label: 'canary-here' }, there: { label: TEXT } } },
          masked: ['Place.label there.label denied CONSENT_NOT_GIVEN'],
        },
        {
          construct: ['value types', 'null for non-null'],
          name: 'not null in one subgraph, so its failure could tell: shown if all consented, and one did',
          caller: MARKETING,
          query: '{ here { sign x } there { sign x } }',
          expected: { data: { here: { sign: TEXT, x: 1 }, there: { sign: TEXT, x: null } } },
          unsent: ['sign'],
        },
        {
          construct: ['value types', 'null for non-null'],
          name: 'not null in one subgraph, for a purpose that covers it',
          caller: SUPPORT,
          query: '{ here { sign x } there { sign x } }',
          expected: {
            data: { here: { sign: 'canary-sign-1', x: 1 }, there: { sign: 'canary-sign-2', x: null } },
          },
        },
        {
          construct: ['value types', 'interfaces'],
          name: 'one type behind an interface, without purpose',
          caller: NOBODY,
          query: '{ here { shape { area } } there { shape { area } } }',
          expected: { data: { here: { shape: { area: null } }, there: { shape: { area: 4 } } } },
        },
        {
          construct: '@shareable',
          name: 'asked of the one that does not annotate it',
          caller: NOBODY,
          query: '{ items { stock colour } item { stock } }',
          expected: {
            data: {
              items: [
                { stock: null, colour: 'canary-colour' },
                { stock: null, colour: 'canary-colour' },
              ],
              item: { stock: null },
            },
          },
          unsent: ['stock'],
        },
        {
          construct: '@shareable',
          name: 'the subject is known to the other subgraph',
          caller: SUPPORT,
          query: '{ item { stock } }',
          expected: { data: { item: { stock: 5 } }, asked: ['east', 'west'] },
        },
      ],
    },
    {
      name: 'a shared root field, in one subgraph',
      annotations: {
        west: { 'Query.version': '@personal(category: "usage.content", otherwise: "reject")' },
      },
      cases: [
        {
          construct: 'shared root fields',
          name: 'under two names',
          caller: SUPPORT,
          query: '{ version item: version here { x } }',
          expected: {
            data: { version: null, item: null, here: { x: 1 } },
            errors: ['item', 'version'],
          },
          masked: [
            'Query.version version rejected SUBJECT_UNRESOLVED',
            'Query.version item rejected SUBJECT_UNRESOLVED',
          ],
          keysAreSent: true,
        },
      ],
    },
  ],
};
