import {
  CONSENTED,
  given,
  MARKETING,
  NOBODY,
  objectIn,
  SUPPORT,
  text,
  TEXT,
  type Ref,
  type Scene,
} from './scene.ts';

const makers = [
  { id: 'm1', name: 'canary-maker-1', town: 'Otsu' },
  { id: 'm2', name: 'canary-maker-2', town: null },
];

const products = [
  {
    sku: 'p1',
    weight: 12,
    price: 100,
    size: { width: 2, height: 3 },
    parts: [
      { code: 'x', grams: 5 },
      { code: 'y', grams: 7 },
    ],
    layers: [[{ code: 'x', grams: 5 }], [], [{ code: 'y', grams: 7 }]],
    maker: makers[0],
    crew: [makers[0]],
    owner: { __typename: 'Person', label: 'natural', nick: 'canary-nick-1' },
    faulty: 'fine',
  },
  {
    sku: 'p2',
    weight: null,
    price: 20,
    size: null,
    parts: [],
    layers: [],
    maker: makers[1],
    crew: makers,
    owner: { __typename: 'Firm', label: 'legal', seat: 'Uji' },
    faulty: null,
  },
];

const priceIn = (price: unknown, currency: unknown): string => `${text(price)} ${text(currency)}`;

const grams = (parts: unknown): number[] =>
  Array.isArray(parts) ? parts.map((part: { grams: number }) => part.grams) : [];

/** Postage in one subgraph from the weight of another, and a total in a third from both. */
const postage = (self: Ref): number | null =>
  typeof self['weight'] === 'number' ? self['weight'] * 2 : null;

const customs = (self: Ref): string =>
  `on ${'ref' in self ? text(given(self)['price']) : priceIn(self['price'], 'JPY')}`;

const total = (self: Ref): string => {
  const ref = 'ref' in self ? given(self) : { postage: postage(self), customs: customs(self) };
  return `${text(ref['postage'])} and ${text(ref['customs'])}`;
};

/** Values that subgraphs compute from what others resolve. */
export const requires: Scene = {
  name: 'requires',
  typeDefs: {
    catalog: `
      type Query { products: [Product!]! }
      enum Currency { EUR JPY }
      type Product @key(fields: "sku") {
        sku: ID!
        weight: Int
        price(currency: Currency! = EUR): String
        size: Size
        parts: [Part!]!
        layers: [[Part!]!]!
        maker: Maker
        crew: [Maker!]!
        owner: Owner
        faulty: String
      }
      type Size @shareable { width: Int height: Int }
      type Part @shareable { code: String grams: Int }
      type Maker @key(fields: "id") { id: ID! name: String town: String }
      interface Owner { label: String }
      type Person implements Owner @shareable { label: String nick: String }
      type Firm implements Owner @shareable { label: String seat: String }
    `,
    shipping: `
      enum Currency { EUR JPY }
      type Product @key(fields: "sku") {
        sku: ID!
        weight: Int @external
        price(currency: Currency! = EUR): String @external
        size: Size @external
        parts: [Part!]! @external
        layers: [[Part!]!]! @external
        maker: Maker @external
        crew: [Maker!]! @external
        owner: Owner @external
        faulty: String @external
        postage: Int @requires(fields: "weight")
        customs: String @requires(fields: "price(currency: JPY)")
        box: String @requires(fields: "size { width height }")
        heaviest: Int @requires(fields: "parts { grams }")
        stack: String @requires(fields: "layers { grams }")
        origin: String @requires(fields: "maker { name town }")
        greeting: String @requires(fields: "owner { label ... on Person { nick } ... on Firm { seat } }")
        guarded: String @requires(fields: "faulty")
        credits: String @requires(fields: "crew { name }")
      }
      type Size @shareable { width: Int height: Int }
      type Part @shareable { code: String grams: Int }
      type Maker @key(fields: "id") { id: ID! name: String @external town: String @external }
      interface Owner { label: String }
      type Person implements Owner @shareable { label: String nick: String }
      type Firm implements Owner @shareable { label: String seat: String }
    `,
    invoices: `
      type Product @key(fields: "sku") {
        sku: ID!
        postage: Int @external
        customs: String @external
        total: String @requires(fields: "postage customs")
      }
    `,
  },
  resolvers: {
    Query: { products: () => products },
    Product: {
      price: ({ price }: Ref, { currency }: Ref) => priceIn(price, currency),
      faulty: ({ faulty }: Ref) => {
        if (faulty === null) throw new Error('canary in a required field');
        return faulty;
      },
      postage: (self: Ref) => postage('ref' in self ? given(self) : self),
      customs,
      total,
      box: (self: Ref) => {
        const size = objectIn(given(self), 'size');
        return `${text(size['width'])} by ${text(size['height'])}`;
      },
      heaviest: (self: Ref) => Math.max(0, ...grams(given(self)['parts'])),
      stack: (self: Ref) => {
        const { layers } = given(self);
        return Array.isArray(layers) ? layers.map((layer) => `[${grams(layer).join()}]`).join('') : 'none';
      },
      origin: (self: Ref) => {
        const { name, town } = objectIn(given(self), 'maker');
        return `${text(name)} of ${text(town)}`;
      },
      greeting: (self: Ref) => {
        const { label, nick, seat } = objectIn(given(self), 'owner');
        return `${text(label)}: ${text(nick ?? seat)}`;
      },
      credits: (self: Ref) => {
        const crew = given(self)['crew'];
        return Array.isArray(crew) ? crew.map((maker: Ref) => text(maker['name'])).join(', ') : 'nobody';
      },
      guarded: (self: Ref) => `${text(given(self)['faulty'])} seen`,
    },
  },
  references: {
    Product: ({ sku }) => products.find((each) => each.sku === sku) ?? null,
    Maker: ({ id }) => makers.find((each) => each.id === id) ?? null,
  },
  rows: [
    {
      construct: ['@requires', '@external'],
      name: 'of one field, and of one that is null',
      query: '{ products { postage } }',
      expected: { data: { products: [{ postage: 24 }, { postage: null }] }, asked: ['catalog', 'shipping'] },
    },
    {
      construct: '@requires with arguments',
      name: 'beside the client’s own',
      query: '{ products { price customs euro: price(currency: EUR) yen: price(currency: JPY) } }',
      expected: {
        data: {
          products: [
            { price: '100 EUR', customs: 'on 100 JPY', euro: '100 EUR', yen: '100 JPY' },
            { price: '20 EUR', customs: 'on 20 JPY', euro: '20 EUR', yen: '20 JPY' },
          ],
        },
      },
      plain: 'departs: it requires the price in the currency of the client',
    },
    {
      construct: ['@requires with arguments', 'aliases'],
      name: 'under the name of what is required',
      query: '{ products { price: price(currency: EUR) weight: sku sku: weight customs postage } }',
      expected: {
        data: {
          products: [
            { price: '100 EUR', weight: 'p1', sku: 12, customs: 'on 100 JPY', postage: 24 },
            { price: '20 EUR', weight: 'p2', sku: null, customs: 'on 20 JPY', postage: null },
          ],
        },
      },
      plain: 'departs: it takes the client’s aliases for keys and required values',
    },
    {
      construct: '@requires of nested fields',
      name: 'of a value type, and of one that is null',
      query: '{ products { box } }',
      expected: { data: { products: [{ box: '2 by 3' }, { box: 'none by none' }] } },
    },
    {
      construct: '@requires of nested fields',
      name: 'of another entity',
      query: '{ products { origin } }',
      expected: {
        data: { products: [{ origin: 'canary-maker-1 of Otsu' }, { origin: 'canary-maker-2 of none' }] },
      },
    },
    {
      construct: ['@requires of list items', 'lists of lists'],
      name: 'in lists of lists',
      query: '{ products { stack } }',
      expected: { data: { products: [{ stack: '[5][][7]' }, { stack: '' }] } },
      plain: 'departs: it sends null in place of each inner list',
      reference: 'departs: it sends null in place of each inner list',
    },
    {
      construct: '@requires of list items',
      name: 'beside other fields of the items',
      query: '{ products { parts { grams: code } heaviest } }',
      expected: {
        data: {
          products: [
            { parts: [{ grams: 'x' }, { grams: 'y' }], heaviest: 7 },
            { parts: [], heaviest: 0 },
          ],
        },
      },
      plain: 'departs: it takes the client’s aliases for required values',
    },
    {
      construct: '@requires of list items',
      name: 'of entities',
      query: '{ products { credits } }',
      expected: {
        data: {
          products: [{ credits: 'canary-maker-1' }, { credits: 'canary-maker-1, canary-maker-2' }],
        },
      },
    },
    {
      construct: '@requires in chains',
      name: 'across three subgraphs',
      query: '{ products { total } }',
      expected: {
        data: { products: [{ total: '24 and on 100 JPY' }, { total: 'none and on 20 JPY' }] },
        asked: ['catalog', 'invoices', 'shipping'],
      },
    },
    {
      construct: '@requires through interfaces',
      name: 'of each type its own',
      query: '{ products { greeting owner { label } } }',
      expected: {
        data: {
          products: [
            { greeting: 'natural: canary-nick-1', owner: { label: 'natural' } },
            { greeting: 'legal: Uji', owner: { label: 'legal' } },
          ],
        },
      },
    },
    {
      construct: ['@requires', 'errors of fields'],
      name: 'of a field that fails, which is told beside what is made of it',
      query: '{ products { guarded } }',
      expected: { data: { products: [{ guarded: 'fine seen' }, { guarded: 'none seen' }] }, errors: [''] },
      plain: 'departs: it tells the path of a field that the client did not ask for',
      oracle: 'none: one schema asks for no required field',
    },
  ],
  variants: [
    {
      name: 'what is required at the beginning of a chain',
      annotations: {
        catalog: {
          'Product.weight': '@personal(category: "usage.content")',
          Product: '@personal(subject: ["maker { id }"])',
        },
      },
      cases: [
        {
          construct: ['@requires', '@requires in chains', 'aliases'],
          name: 'under hostile names',
          caller: NOBODY,
          query: '{ products { sku: postage weight: sku postage: total t: weight customs } }',
          expected: {
            data: {
              products: [
                { sku: null, weight: 'p1', postage: TEXT, t: null, customs: 'on 100 JPY' },
                { sku: null, weight: 'p2', postage: TEXT, t: null, customs: 'on 20 JPY' },
              ],
            },
            asked: ['catalog', 'shipping'],
          },
          unsent: ['weight', 'postage', 'total'],
        },
        {
          construct: '@requires in chains',
          name: 'for a purpose that covers it',
          caller: SUPPORT,
          query: '{ products { total weight: postage postage: weight } }',
          expected: {
            data: {
              products: [
                { total: '24 and on 100 JPY', weight: 24, postage: 12 },
                { total: 'none and on 20 JPY', weight: null, postage: null },
              ],
            },
          },
          masked: [],
        },
      ],
    },
    {
      name: 'a field of list items, a field of another entity, and a field of one type within',
      annotations: {
        catalog: {
          'Part.grams': '@personal(category: "usage.history")',
          'Maker.name': '@personal(category: "identity.name", subject: ["id"])',
          'Person.nick': '@personal(category: "identity.nickname")',
          'Product.faulty': '@personal(category: "usage.history")',
          Product: '@personal(subject: ["maker { id }"])',
        },
      },
      states: { 'user:m1': CONSENTED },
      cases: [
        {
          construct: '@requires of list items',
          name: 'without purpose',
          caller: NOBODY,
          query: '{ products { heaviest parts { grams: code code: grams } } }',
          expected: {
            data: {
              products: [
                {
                  heaviest: null,
                  parts: [
                    { grams: 'x', code: null },
                    { grams: 'y', code: null },
                  ],
                },
                { heaviest: null, parts: [] },
              ],
            },
            asked: ['catalog'],
          },
          unsent: ['grams'],
        },
        {
          construct: '@requires of list items',
          name: 'of entities: shown where all of them consented',
          caller: MARKETING,
          query: '{ products { sku: credits } }',
          expected: { data: { products: [{ sku: 'canary-maker-1' }, { sku: TEXT }] } },
          masked: ['Product.credits products[].sku 1 denied CONSENT_NOT_GIVEN'],
          keysAreSent: true,
        },
        {
          construct: ['@requires', 'errors of fields'],
          name: 'the failure of what is required is not told where it is denied',
          caller: MARKETING,
          query: '{ products { guarded } }',
          expected: { data: { products: [{ guarded: 'fine seen' }, { guarded: TEXT }] } },
        },
        {
          construct: '@requires of nested fields',
          name: 'one of two makers consented',
          caller: MARKETING,
          query: '{ products { maker: origin origin: maker { id: name town } } }',
          expected: {
            data: {
              products: [
                { maker: 'canary-maker-1 of Otsu', origin: { id: 'canary-maker-1', town: 'Otsu' } },
                { maker: TEXT, origin: { id: TEXT, town: null } },
              ],
            },
          },
          masked: [
            'Product.origin products[].maker 1 denied CONSENT_NOT_GIVEN',
            'Maker.name products[].origin.id 1 denied CONSENT_NOT_GIVEN',
          ],
          keysAreSent: true,
        },
        {
          construct: '@requires through interfaces',
          name: 'without purpose',
          caller: NOBODY,
          query:
            '{ products { greeting owner { label: __typename ... on Person { seat: nick } ... on Firm { seat } } } }',
          expected: {
            data: {
              products: [
                { greeting: TEXT, owner: { label: 'Person', seat: TEXT } },
                { greeting: TEXT, owner: { label: 'Firm', seat: 'Uji' } },
              ],
            },
          },
          unsent: ['nick', 'greeting'],
        },
      ],
    },
    {
      name: 'a field that is required with arguments',
      annotations: {
        catalog: {
          'Product.price': '@personal(category: "usage.history")',
          Product: '@personal(subject: ["maker { id }"])',
        },
      },
      states: { 'user:m2': CONSENTED },
      cases: [
        {
          construct: ['@requires with arguments', '@requires in chains'],
          name: 'one of two makers consented',
          caller: MARKETING,
          query: '{ products { yen: price(currency: JPY) price: customs total postage } }',
          expected: {
            data: {
              products: [
                { yen: TEXT, price: TEXT, total: TEXT, postage: 24 },
                { yen: '20 JPY', price: 'on 20 JPY', total: 'none and on 20 JPY', postage: null },
              ],
            },
          },
        },
      ],
    },
    {
      name: 'what is required, where the derivation is declassified',
      annotations: {
        catalog: { 'Product.weight': '@personal(category: "usage.content")' },
        shipping: { 'Product.postage': '@personal(category: "none", reason: "a class of weights")' },
      },
      cases: [
        {
          construct: '@external',
          name: 'a reviewed derivation is shown, what it is made of is not',
          caller: NOBODY,
          query: '{ products { postage weight } }',
          expected: {
            data: {
              products: [
                { postage: 24, weight: null },
                { postage: null, weight: null },
              ],
            },
          },
        },
      ],
    },
  ],
};
