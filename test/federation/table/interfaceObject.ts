import { CONSENTED, given, MARKETING, NOBODY, SUPPORT, text, TEXT, type Ref, type Scene } from './scene.ts';

const media = [
  {
    __typename: 'Book',
    id: 'm1',
    title: 'canary-book',
    by: 'u1',
    pages: 9,
    stars: 4,
    fans: [{ name: 'canary-fan' }],
  },
  { __typename: 'Film', id: 'm2', title: 'canary-film', by: 'u2', minutes: 90, stars: null, fans: [] },
];

const rank = ({ id }: Ref): number => {
  if (id === 'm2') throw new Error('canary in a field of an interface object');
  return 1;
};

/** An interface that is an entity, and subgraphs that know it as one object type. */
export const interfaceObject: Scene = {
  name: 'interfaceObject',
  typeDefs: {
    media: `
      type Query { media: [Media!]! one(id: ID!): Media }
      interface Media @key(fields: "id") { id: ID! title: String by: ID }
      type Book implements Media @key(fields: "id") { id: ID! title: String by: ID pages: Int }
      type Film implements Media @key(fields: "id") { id: ID! title: String by: ID minutes: Int }
    `,
    reviews: `
      type Query { best: [Media!]! }
      type Media @key(fields: "id") @interfaceObject {
        id: ID!
        title: String @external
        stars: Int
        rank: Int
        fans: [Fan!]
        headline: String @requires(fields: "title")
      }
      type Fan { name: String }
    `,
    shelves: `
      type Query { shelves: [Shelf!]! }
      type Shelf { no: Int! holds: Media }
      type Media @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }
    `,
  },
  resolvers: {
    Query: {
      media: () => media,
      one: (_: unknown, { id }: Ref) => media.find((each) => each.id === id),
      best: () => [media[1], media[0]],
      shelves: () => [
        { no: 1, holds: media[0] },
        { no: 2, holds: null },
      ],
    },
    Media: { headline: (self: Ref) => `“${text(given(self)['title'])}”`, rank },
    Book: { headline: ({ title }: Ref) => `“${text(title)}”`, rank },
    Film: { headline: ({ title }: Ref) => `“${text(title)}”`, rank },
  },
  references: {
    Media: ({ id }) => media.find((each) => each.id === id) ?? null,
    Book: ({ id }) => media.find((each) => each.id === id) ?? null,
    Film: ({ id }) => media.find((each) => each.id === id) ?? null,
  },
  rows: [
    {
      construct: '@interfaceObject',
      name: 'its fields on the interface and on implementers',
      query: '{ media { __typename stars ... on Film { minutes fans { name } } } }',
      expected: {
        data: {
          media: [
            { __typename: 'Book', stars: 4 },
            { __typename: 'Film', stars: null, minutes: 90, fans: [] },
          ],
        },
      },
    },
    {
      construct: ['@interfaceObject', '@key on an interface', '__typename'],
      name: 'from the subgraph that knows no implementers',
      query: '{ best { __typename title stars } }',
      expected: {
        data: {
          best: [
            { __typename: 'Film', title: 'canary-film', stars: null },
            { __typename: 'Book', title: 'canary-book', stars: 4 },
          ],
        },
      },
    },
    {
      construct: '@interfaceObject',
      name: 'a fragment on an implementer, from the subgraph that knows none',
      query: '{ best { stars ... on Book { pages } } }',
      expected: { data: { best: [{ stars: null }, { stars: 4, pages: 9 }] } },
    },
    {
      construct: ['@interfaceObject', 'errors of entities'],
      name: 'of which a field fails',
      query: '{ media { id rank } }',
      expected: {
        data: {
          media: [
            { id: 'm1', rank: 1 },
            { id: 'm2', rank: null },
          ],
        },
        errors: ['media.1.rank'],
      },
      reference: 'departs: it tells of the list, since it knows the row by its own type and was told another',
    },
    {
      construct: ['@interfaceObject', '@requires'],
      name: 'of a field of the interface',
      query: '{ best { headline } media { headline } }',
      expected: {
        data: {
          best: [{ headline: '“canary-film”' }, { headline: '“canary-book”' }],
          media: [{ headline: '“canary-book”' }, { headline: '“canary-film”' }],
        },
      },
    },
    {
      construct: ['@interfaceObject', 'keys that are not resolvable'],
      name: 'a reference to it',
      query: '{ shelves { no holds { id: title ... on Book { pages } stars } } }',
      expected: {
        data: {
          shelves: [
            { no: 1, holds: { id: 'canary-book', pages: 9, stars: 4 } },
            { no: 2, holds: null },
          ],
        },
      },
    },
  ],
  variants: [
    {
      name: 'the interface alone',
      annotations: {
        media: { 'Media.title': '@personal(category: "usage.content")', Media: '@personal(subject: ["by"])' },
      },
      cases: [
        {
          construct: ['@key on an interface', '@interfaceObject', '@requires', 'interfaces'],
          name: 'through implementers and what is made of it',
          caller: NOBODY,
          query:
            '{ best { id: headline ... on Book { by: title } } media { stars ... on Film { title } h: headline } }',
          expected: {
            data: {
              best: [{ id: TEXT }, { id: TEXT, by: TEXT }],
              media: [
                { stars: 4, h: TEXT },
                { stars: null, title: TEXT, h: TEXT },
              ],
            },
          },
          unsent: ['title', 'headline'],
        },
        {
          construct: '@key on an interface',
          name: 'for a purpose that covers it',
          caller: SUPPORT,
          query: '{ best { title headline } }',
          expected: {
            data: {
              best: [
                { title: 'canary-film', headline: '“canary-film”' },
                { title: 'canary-book', headline: '“canary-book”' },
              ],
            },
          },
          keysAreSent: true,
        },
      ],
    },
    {
      name: 'one implementer alone',
      annotations: {
        media: {
          'Film.title': '@personal(category: "usage.content")',
          Film: '@personal(subject: ["by"])',
        },
      },
      cases: [
        {
          construct: ['@interfaceObject', 'interfaces', '@requires'],
          name: 'through the interface, and what is made of it',
          caller: NOBODY,
          query: '{ best { title headline } media { by: title } }',
          expected: {
            data: {
              best: [
                { title: TEXT, headline: TEXT },
                { title: 'canary-book', headline: '“canary-book”' },
              ],
              media: [{ by: 'canary-book' }, { by: TEXT }],
            },
          },
          keysAreSent: true,
        },
      ],
    },
    {
      name: 'the key, in the subgraph that knows no implementers',
      annotations: { reviews: { 'Media.id': '@personal(category: "usage.history", subject: ["by"])' } },
      states: { 'user:u1': CONSENTED },
      cases: [
        {
          construct: ['@key on an interface', '@interfaceObject', '@key'],
          name: 'all that is found by it is bound, on every implementer',
          caller: NOBODY,
          query: '{ media { __typename title: stars stars: id ... on Film { minutes } } }',
          expected: {
            data: {
              media: [
                { __typename: 'Book', title: null, stars: TEXT },
                { __typename: 'Film', title: null, stars: TEXT, minutes: null },
              ],
            },
          },
          unsent: ['stars', 'id'],
        },
        {
          construct: ['@key on an interface', '@interfaceObject'],
          name: 'one of two consented',
          caller: MARKETING,
          query: '{ best { id stars } }',
          expected: {
            data: {
              best: [
                { id: TEXT, stars: null },
                { id: 'm1', stars: 4 },
              ],
            },
          },
          keysAreSent: true,
        },
      ],
    },
    {
      name: 'the fields of the interface object',
      annotations: {
        reviews: {
          'Media.stars': '@personal(category: "usage.history", subject: ["by"])',
          'Media.fans': '@personal(category: "identity.name", subject: ["by"])',
        },
      },
      states: { 'user:u1': CONSENTED },
      cases: [
        {
          construct: '@interfaceObject',
          name: 'on implementers, without purpose',
          caller: NOBODY,
          query: '{ media { ... on Book { id: stars } fans { name } } best { by: stars } }',
          expected: {
            data: { media: [{ id: null, fans: [] }, { fans: [] }], best: [{ by: null }, { by: null }] },
          },
          unsent: ['stars', 'fans'],
        },
        {
          construct: '@interfaceObject',
          name: 'one of two consented',
          caller: MARKETING,
          query: '{ best { stars fans { name } } }',
          expected: {
            data: {
              best: [
                { stars: null, fans: [] },
                { stars: 4, fans: [{ name: 'canary-fan' }] },
              ],
            },
          },
          masked: [
            'Film.stars best[].stars 0 denied CONSENT_NOT_GIVEN',
            'Film.fans best[].fans 0 denied CONSENT_NOT_GIVEN',
          ],
        },
      ],
    },
  ],
};
