import { CONSENTED, EMAIL, MARKETING, NOBODY, SUPPORT, TEXT, type Scene } from './scene.ts';

const items = [
  { id: 'i1', owner: 'u1', name: 'canary-name-1', partly: 'canary-part-1' },
  { id: 'i2', owner: 'u2', name: 'canary-name-2', partly: null },
];

/** Subgraphs that fail in each way that one can. */
export const faults: Scene = {
  name: 'faults',
  typeDefs: {
    good: `
      type Query { items: [Item!]! }
      type Item @key(fields: "id") { id: ID! owner: ID name: String }
    `,
    dead: 'type Query { lost: String } type Item @key(fields: "id") { id: ID! dead: String must: String! }',
    garbled: 'type Query { noise: String } type Item @key(fields: "id") { id: ID! garbled: String }',
    partial: 'type Query { half: String } type Item @key(fields: "id") { id: ID! partly: String }',
    empty: 'type Query { none: String } type Item @key(fields: "id") { id: ID! empty: String }',
    shapeless: 'type Query { odd: [String] } type Item @key(fields: "id") { id: ID! shapeless: [String] }',
  },
  resolvers: {
    Query: {
      items: () => items,
      half: () => {
        throw new Error('canary: no half');
      },
      odd: () => ['x'],
    },
    Item: {
      partly: ({ partly }: { partly: string | null }) => {
        if (partly === null)
          throw Object.assign(new Error('canary: no part'), { extensions: { code: 'canary-code' } });
        return partly;
      },
      shapeless: () => ['x'],
    },
  },
  references: { Item: ({ id }) => items.find((each) => each.id === id) ?? null },
  onWire: {
    dead: () => {
      throw new Error('canary: 500');
    },
    garbled: () => '{"data": canary-garbled',
    empty: () => '{"data":null,"errors":[{"message":"canary: nothing"}]}',
    shapeless: (json) => json.replaceAll('["x"]', '{"canary-key":"canary-shape"}'),
  },
  rows: [
    {
      construct: ['partial data', 'errors of entities'],
      name: 'one of two entities fails',
      query: '{ items { name partly } half }',
      expected: {
        data: {
          items: [
            { name: 'canary-name-1', partly: 'canary-part-1' },
            { name: 'canary-name-2', partly: null },
          ],
          half: null,
        },
        errors: ['half', 'items.1.partly'],
      },
    },
    {
      construct: 'HTTP errors',
      name: 'a subgraph answers 500',
      query: '{ items { name dead } lost }',
      expected: {
        data: {
          items: [
            { name: 'canary-name-1', dead: null },
            { name: 'canary-name-2', dead: null },
          ],
          lost: null,
        },
        errors: [''],
      },
      oracle: 'none: one schema has no subgraph that fails',
    },
    {
      construct: ['HTTP errors', 'null for non-null'],
      name: 'a subgraph that would give what may not be null answers 500',
      query: '{ items { must } }',
      expected: { data: null, errors: [''] },
      oracle: 'none: one schema has no subgraph that fails',
    },
    {
      construct: 'malformed answers',
      name: 'what is no JSON',
      query: '{ items { name garbled } noise }',
      expected: {
        data: {
          items: [
            { name: 'canary-name-1', garbled: null },
            { name: 'canary-name-2', garbled: null },
          ],
          noise: null,
        },
        errors: [''],
      },
      oracle: 'none: one schema has no subgraph that fails',
    },
    {
      construct: 'malformed answers',
      name: 'no data at all',
      query: '{ items { name empty } none }',
      expected: {
        data: {
          items: [
            { name: 'canary-name-1', empty: null },
            { name: 'canary-name-2', empty: null },
          ],
          none: null,
        },
        errors: [''],
      },
      oracle: 'none: one schema has no subgraph that fails',
    },
    {
      construct: 'malformed answers',
      name: 'an object where a list should be',
      query: '{ items { name shapeless } }',
      expected: {
        data: {
          items: [
            { name: 'canary-name-1', shapeless: null },
            { name: 'canary-name-2', shapeless: null },
          ],
        },
        errors: [''],
      },
      plain: 'departs: it answers nothing at all',
      oracle: 'none: one schema has no subgraph that fails',
    },
  ],
  variants: [
    {
      name: 'what fails, and what does not',
      annotations: {
        good: { 'Item.name': '@personal(category: "identity.name")', Item: '@personal(subject: ["owner"])' },
        dead: { 'Item.must': '@personal(category: "contact.email")' },
        garbled: { 'Item.garbled': '@personal(category: "usage.content")' },
        partial: { 'Item.partly': '@personal(category: "usage.history")' },
        shapeless: { 'Item.shapeless': '@personal(category: "usage.history")' },
      },
      states: { 'user:u1': CONSENTED },
      cases: [
        {
          construct: ['partial data', 'errors of entities'],
          name: 'the failure of a denied field is not told',
          caller: MARKETING,
          query: '{ items { partly name } }',
          expected: {
            data: {
              items: [
                { partly: 'canary-part-1', name: 'canary-name-1' },
                { partly: TEXT, name: TEXT },
              ],
            },
          },
          masked: [
            'Item.partly items[].partly 1 denied CONSENT_NOT_GIVEN',
            'Item.name items[].name 1 denied CONSENT_NOT_GIVEN',
          ],
        },
        {
          construct: ['partial data', 'errors of entities'],
          name: 'that of an allowed one is, without its words',
          caller: SUPPORT,
          query: '{ items { partly } }',
          expected: {
            data: { items: [{ partly: 'canary-part-1' }, { partly: null }] },
            errors: ['items.1.partly'],
          },
        },
        {
          construct: ['HTTP errors', 'null for non-null'],
          name: 'a denied field of a subgraph that is down, which is not asked',
          caller: NOBODY,
          query: '{ items { id must name } }',
          expected: {
            data: {
              items: [
                { id: 'i1', must: EMAIL, name: TEXT },
                { id: 'i2', must: EMAIL, name: TEXT },
              ],
            },
            asked: ['good'],
          },
        },
        {
          construct: 'HTTP errors',
          name: 'a field that nobody may know failed, since it is denied for one of two',
          caller: MARKETING,
          query: '{ items { dead name } lost }',
          expected: {
            data: {
              items: [
                { dead: null, name: 'canary-name-1' },
                { dead: null, name: TEXT },
              ],
              lost: null,
            },
            errors: [''],
          },
        },
        {
          construct: 'malformed answers',
          name: 'of a subgraph whose fields are denied for one of two',
          caller: MARKETING,
          query: '{ items { shapeless } }',
          expected: { data: { items: [{ shapeless: null }, { shapeless: [] }] } },
          masked: ['Item.shapeless items[].shapeless 1 denied CONSENT_NOT_GIVEN'],
        },
        {
          construct: 'malformed answers',
          name: 'what is no JSON, for a purpose that covers it',
          caller: SUPPORT,
          query: '{ items { garbled name } }',
          expected: {
            data: {
              items: [
                { garbled: null, name: 'canary-name-1' },
                { garbled: null, name: 'canary-name-2' },
              ],
            },
            errors: [''],
          },
        },
      ],
    },
  ],
};
