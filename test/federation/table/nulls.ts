import { CONSENTED, MARKETING, NOBODY, SUPPORT, TEXT, type Ref, type Scene } from './scene.ts';

interface Box {
  readonly id: string;
  readonly owner: string;
  readonly must: string | null;
  readonly far: number | null;
  readonly word: string | null;
}

/** Whole, empty (the other subgraph has nulls for it), and broken (asking for `must` fails). */
const whole: Box = { id: 'whole', owner: 'u1', must: 'canary-must', far: 1, word: 'canary-word' };
const empty: Box = { id: 'empty', owner: 'u2', must: 'canary-none', far: null, word: null };
const broken: Box = { id: 'broken', owner: 'u3', must: null, far: 3, word: 'canary-odd' };
const boxes = [whole, empty, broken];

const lists = `
  may: Box
  list: [Box]
  items: [Box!]
  grid: [[Box!]]
  tight: [[Box!]!]
`;

/** Nulls where the schema has none, in every position, by a subgraph’s own failure and by an entity that lacks it. */
export const nulls: Scene = {
  name: 'nulls',
  typeDefs: {
    a: `
      type Query { ${lists} strict: Box! whole: [Box!]! holder: Holder holders: [Holder] numbers: [[Int!]] pair: [Box] rect: [[Box!]] }
      type Holder { ${lists} strict: Box! }
      type Box @key(fields: "id") { id: ID! owner: ID must: String! }
    `,
    b: 'type Box @key(fields: "id") { id: ID! far: Int! word: String! }',
  },
  resolvers: {
    Query: {
      may: () => empty,
      strict: () => empty,
      list: () => [whole, empty, null],
      pair: () => [whole, empty],
      rect: () => [[whole], [empty, whole], []],
      items: () => [whole, empty],
      whole: () => [whole, empty],
      grid: () => [[whole], [empty, whole], null, []],
      tight: () => [[whole], [empty]],
      numbers: () => [[1], [2, null], []],
      holder: () => ({
        may: broken,
        list: [broken, whole],
        items: [whole],
        grid: [[broken], [whole]],
        tight: [[broken]],
        strict: whole,
      }),
      holders: () => [{ strict: empty }, { strict: whole }, null, { strict: broken }],
    },
    Box: {
      must: ({ must }: Ref) => {
        if (must === null) throw new Error('canary in must');
        return must;
      },
    },
  },
  references: { Box: ({ id }) => boxes.find((each) => each.id === id) ?? null },
  rows: [
    {
      construct: 'null for non-null',
      name: 'an object, a list item, an item of a list of lists',
      query: '{ may { id far } pair { far } rect { far } }',
      expected: {
        data: { may: null, pair: [{ far: 1 }, null], rect: [[{ far: 1 }], null, []] },
        errors: ['may.far', 'pair.1.far', 'rect.1.0.far'],
      },
    },
    {
      construct: ['null for non-null', 'errors of entities'],
      name: 'in lists that have nulls of their own',
      query: '{ list { far } grid { far } }',
      expected: {
        data: { list: [{ far: 1 }, null, null], grid: [[{ far: 1 }], null, null, []] },
        errors: ['list.1.far', 'grid.1.0.far'],
      },
    },
    {
      construct: 'null for non-null',
      name: 'a list whose items may not be null',
      query: '{ items { far } tight { far } numbers }',
      expected: {
        data: { items: null, tight: null, numbers: [[1], null, []] },
        errors: ['items.1.far', 'numbers.1.1', 'tight.1.0.far'],
      },
    },
    {
      construct: 'null for non-null',
      name: 'everything, by an object',
      query: '{ list { id } strict { far } }',
      expected: { data: null, errors: ['strict.far'] },
    },
    {
      construct: 'null for non-null',
      name: 'everything, by a list',
      query: '{ list { id } whole { id word } }',
      expected: { data: null, errors: ['whole.1.word'] },
    },
    {
      construct: ['null for non-null', 'lists of lists'],
      name: 'below value types',
      query: '{ holders { strict { id word } } }',
      expected: {
        data: {
          holders: [
            null,
            { strict: { id: 'whole', word: 'canary-word' } },
            null,
            { strict: { id: 'broken', word: 'canary-odd' } },
          ],
        },
        errors: ['holders.0.strict.word'],
      },
    },
    {
      construct: 'errors of fields',
      name: 'in every position',
      query:
        '{ holder { may { must } list { must } items { must } grid { must } tight { must } } holders { strict { must } } }',
      expected: {
        data: {
          holder: {
            may: null,
            list: [null, { must: 'canary-must' }],
            items: [{ must: 'canary-must' }],
            grid: [null, [{ must: 'canary-must' }]],
            tight: null,
          },
          holders: [{ strict: { must: 'canary-none' } }, { strict: { must: 'canary-must' } }, null, null],
        },
        errors: [
          'holder.grid.0.0.must',
          'holder.list.0.must',
          'holder.may.must',
          'holder.tight.0.0.must',
          'holders.3.strict.must',
        ],
      },
    },
    {
      construct: ['errors of entities', 'aliases'],
      name: 'of one of several, under two names',
      query: '{ pair { x: far y: far } }',
      expected: { data: { pair: [{ x: 1, y: 1 }, null] }, errors: ['pair.1.x'] },
      ours: { departs: 'it tells of both', errors: ['pair.1.x', 'pair.1.y'] },
    },
  ],
  variants: [
    {
      name: 'texts that may not be null, and a number that cannot be masked',
      annotations: {
        a: { 'Box.must': '@personal(category: "usage.content")', Box: '@personal(subject: ["owner"])' },
        b: {
          'Box.word': '@personal(category: "identity.name")',
          'Box.far': '@personal(category: "usage.history")',
        },
      },
      states: { 'user:u1': CONSENTED, 'user:u2': CONSENTED },
      cases: [
        {
          construct: ['null for non-null', 'errors of entities'],
          name: 'the constant stands where there is a null',
          caller: NOBODY,
          query: '{ may { word } strict { word } whole { id word } grid { id: word } }',
          expected: {
            data: {
              may: { word: TEXT },
              strict: { word: TEXT },
              whole: [
                { id: 'whole', word: TEXT },
                { id: 'empty', word: TEXT },
              ],
              grid: [[{ id: TEXT }], [{ id: TEXT }, { id: TEXT }], null, []],
            },
            asked: ['a'],
          },
          unsent: ['word'],
        },
        {
          construct: 'errors of fields',
          name: 'the constant stands where asking fails',
          caller: NOBODY,
          query: '{ holder { may { must } tight { must } } holders { strict { must } } }',
          expected: {
            data: {
              holder: { may: { must: TEXT }, tight: [[{ must: TEXT }]] },
              holders: [
                { strict: { must: TEXT } },
                { strict: { must: TEXT } },
                null,
                { strict: { must: TEXT } },
              ],
            },
          },
          unsent: ['must'],
        },
        {
          construct: ['null for non-null', 'errors of entities'],
          name: 'shown to those who consented, where it is told; masked for who did not, where it is there',
          caller: MARKETING,
          query: '{ list { word } holders { strict { word } } }',
          expected: {
            data: {
              list: [{ word: 'canary-word' }, null, null],
              holders: [null, { strict: { word: 'canary-word' } }, null, { strict: { word: TEXT } }],
            },
            errors: ['holders.0.strict.word', 'list.1.word'],
          },
          masked: ['Box.word holders[].strict.word 3 denied CONSENT_NOT_GIVEN'],
        },
        {
          construct: 'null for non-null',
          name: 'in every position',
          caller: NOBODY,
          query: '{ may { id far } list { far } items { far } grid { far } tight { far } }',
          expected: {
            data: {
              may: null,
              list: [null, null, null],
              items: null,
              grid: [null, null, null, []],
              tight: null,
            },
            errors: [
              'may.far',
              'list.0.far',
              'list.1.far',
              'items.0.far',
              'items.1.far',
              'grid.0.0.far',
              'grid.1.0.far',
              'grid.1.1.far',
              'tight.0.0.far',
              'tight.1.0.far',
            ],
            asked: ['a'],
          },
          unsent: ['far'],
        },
        {
          construct: 'null for non-null',
          name: 'everything',
          caller: NOBODY,
          query: '{ may { id } strict { far } }',
          expected: { data: null, errors: ['strict.far'] },
        },
        {
          construct: ['null for non-null', 'partial data'],
          name: 'for a purpose that covers it',
          caller: SUPPORT,
          query: '{ holder { list { id far word } } }',
          expected: {
            data: {
              holder: {
                list: [
                  { id: 'broken', far: 3, word: 'canary-odd' },
                  { id: 'whole', far: 1, word: 'canary-word' },
                ],
              },
            },
          },
        },
      ],
    },
  ],
};
