import { CONSENTED, MARKETING, NOBODY, SUPPORT, text, TEXT, type Ref, type Scene } from './scene.ts';

const staff = { __typename: 'Staff', id: 's1', name: 'canary-staff', role: 'chair' };
const guest = { __typename: 'Guest', id: 'g1', name: 'canary-guest', seat: 4, host: staff };
const lonely = { __typename: 'Guest', id: 'g2', name: 'canary-lonely', seat: null, host: null };
const visitor = { __typename: 'Visitor', id: 'v1', name: 'canary-visitor', badge: 'blue' };
const talk = { __typename: 'Talk', title: 'On masks', by: guest };
const everybody = [staff, guest, lonely, visitor];

const mail = ({ id }: Ref, { like }: Ref): string => `${text(id)} like ${text(like)}`;

/** Interfaces and unions that no subgraph knows whole. */
export const abstract: Scene = {
  name: 'abstract',
  typeDefs: {
    people: `
      type Query { people: [Person] rows: [[Person]] found: [Found] }
      interface Node { id: ID! }
      interface Person implements Node { id: ID! name: String mail(like: String): String }
      type Staff implements Person & Node @key(fields: "id") { id: ID! name: String mail(like: String): String role: String }
      type Guest implements Person & Node @key(fields: "id") { id: ID! name: String mail(like: String): String host: Staff }
      union Found = Staff | Guest
    `,
    events: `
      type Query { attending: [Person!]! hits: [Found] node(id: ID!): Node }
      interface Node { id: ID! }
      interface Person implements Node { id: ID! }
      type Guest implements Person & Node @key(fields: "id") { id: ID! seat: Int }
      type Visitor implements Person & Node @key(fields: "id") { id: ID! name: String mail(like: String): String badge: String }
      type Talk { title: String! by: Guest }
      union Found = Guest | Visitor | Talk
    `,
  },
  resolvers: {
    Query: {
      people: () => [staff, guest, null],
      rows: () => [[staff, guest], [], null, [null, lonely]],
      found: () => [guest, staff],
      attending: () => [guest, visitor, lonely],
      hits: () => [talk, visitor, null, guest],
      node: () => visitor,
    },
    Staff: { mail },
    Guest: { mail },
    Visitor: { mail },
  },
  references: {
    Staff: () => staff,
    Guest: ({ id }) => everybody.find((each) => each.id === id) ?? null,
    Visitor: () => visitor,
  },
  rows: [
    {
      construct: ['interfaces', 'interfaces across subgraphs', '__typename'],
      name: 'implementers of different subgraphs',
      query:
        '{ attending { __typename id name ... on Guest { seat host { role } } ... on Visitor { badge } } }',
      expected: {
        data: {
          attending: [
            { __typename: 'Guest', id: 'g1', name: 'canary-guest', seat: 4, host: { role: 'chair' } },
            { __typename: 'Visitor', id: 'v1', name: 'canary-visitor', badge: 'blue' },
            { __typename: 'Guest', id: 'g2', name: 'canary-lonely', seat: null, host: null },
          ],
        },
      },
    },
    {
      construct: 'interfaces across subgraphs',
      name: 'an interface of an interface, and fragments on both',
      query:
        '{ node(id: "v1") { id ... on Person { name ... on Node { __typename } } ... on Staff { role } } }',
      expected: { data: { node: { id: 'v1', name: 'canary-visitor', __typename: 'Visitor' } } },
    },
    {
      construct: 'unions across subgraphs',
      name: 'members that one subgraph alone knows',
      query:
        '{ hits { __typename ... on Talk { title by { name } } ... on Person { name } ... on Guest { seat } } found { ... on Node { id } ... on Visitor { badge } } }',
      expected: {
        data: {
          hits: [
            { __typename: 'Talk', title: 'On masks', by: { name: 'canary-guest' } },
            { __typename: 'Visitor', name: 'canary-visitor' },
            null,
            { __typename: 'Guest', name: 'canary-guest', seat: 4 },
          ],
          found: [{ id: 'g1' }, { id: 's1' }],
        },
      },
    },
    {
      construct: ['interfaces across subgraphs', 'variables'],
      name: 'arguments of a field of several types',
      query: 'query ($x: String) { attending { mail(like: $x) ... on Guest { own: mail(like: "b") } } }',
      variables: { x: 'a' },
      expected: {
        data: {
          attending: [
            { mail: 'g1 like a', own: 'g1 like b' },
            { mail: 'v1 like a' },
            { mail: 'g2 like a', own: 'g2 like b' },
          ],
        },
      },
    },
    {
      construct: ['lists of lists', 'interfaces'],
      name: 'rows of people',
      query: '{ rows { name ... on Guest { seat } } }',
      expected: {
        data: {
          rows: [
            [{ name: 'canary-staff' }, { name: 'canary-guest', seat: 4 }],
            [],
            null,
            [null, { name: 'canary-lonely', seat: null }],
          ],
        },
      },
    },
  ],
  variants: [
    {
      name: 'the interface alone, in the subgraph that does not resolve every implementer',
      annotations: {
        people: {
          'Person.name': '@personal(category: "identity.name")',
          Node: '@personal(subject: ["id"])',
        },
      },
      states: { 'user:v1': CONSENTED, 'user:g1': CONSENTED },
      cases: [
        {
          construct: ['interfaces', 'interfaces across subgraphs', 'fragments', '__typename'],
          name: 'through fragments on implementers, without purpose',
          caller: NOBODY,
          query:
            '{ attending { __typename id: __typename ... on Visitor { seat: name badge } ... on Guest { ...G } } } fragment G on Guest { badge: name }',
          expected: {
            data: {
              attending: [
                { __typename: 'Guest', id: 'Guest', badge: TEXT },
                { __typename: 'Visitor', id: 'Visitor', seat: TEXT, badge: 'blue' },
                { __typename: 'Guest', id: 'Guest', badge: TEXT },
              ],
            },
          },
          unsent: ['name'],
        },
        {
          construct: 'unions across subgraphs',
          name: 'through a union, two of three consented',
          caller: MARKETING,
          query:
            '{ hits { ... on Person { name } ... on Talk { by { name } } } found { ... on Staff { name } } }',
          expected: {
            data: {
              hits: [
                { by: { name: 'canary-guest' } },
                { name: 'canary-visitor' },
                null,
                { name: 'canary-guest' },
              ],
              found: [{}, { name: TEXT }],
            },
          },
          masked: ['Staff.name found[].name 1 denied CONSENT_NOT_GIVEN'],
        },
        {
          construct: 'lists of lists',
          name: 'rows of people, without purpose and with consent',
          caller: MARKETING,
          query: '{ rows { name } }',
          expected: {
            data: { rows: [[{ name: TEXT }, { name: 'canary-guest' }], [], null, [null, { name: TEXT }]] },
          },
          masked: [
            'Staff.name rows[][].name 0.0 denied CONSENT_NOT_GIVEN',
            'Guest.name rows[][].name 3.1 denied CONSENT_NOT_GIVEN',
          ],
        },
      ],
    },
    {
      name: 'one implementer alone, and the presence of an object',
      annotations: {
        people: {
          'Guest.name': '@personal(category: "identity.name", subject: ["id"])',
          'Guest.host': '@personal(category: "usage.history", subject: ["id"])',
          'Guest.mail(like:)': '@personal(category: "contact.email")',
        },
        events: { 'Query.hits': '@personal(category: "usage.history")' },
      },
      cases: [
        {
          construct: ['interfaces', 'interfaces across subgraphs'],
          name: 'asked through the interface: the others are shown',
          caller: NOBODY,
          query: '{ attending { id: name } people { name ... on Guest { host { __typename role } } } }',
          expected: {
            data: {
              attending: [{ id: TEXT }, { id: 'canary-visitor' }, { id: TEXT }],
              people: [{ name: 'canary-staff' }, { name: TEXT, host: null }, null],
            },
          },
          unsent: ['host', 'role'],
        },
        {
          construct: ['interfaces', 'interfaces across subgraphs', 'input types'],
          name: 'an argument of one implementer, asked through the interface',
          caller: NOBODY,
          query: '{ attending { ... on Node { ... on Person { mail(like: null) } } } }',
          expected: { refused: 'PERSONAL_ARGUMENT_REJECTED' },
        },
        {
          construct: ['interfaces', 'fragments'],
          name: 'an argument of one implementer, asked of another',
          caller: NOBODY,
          query: '{ attending { ... on Visitor { mail(like: "a") } ... on Guest { mail } } }',
          expected: {
            data: {
              attending: [{ mail: 'g1 like none' }, { mail: 'v1 like a' }, { mail: 'g2 like none' }],
            },
          },
        },
        {
          construct: ['unions across subgraphs', '__typename'],
          name: 'neither number nor types of a list that is denied',
          caller: NOBODY,
          query: '{ hits { __typename ... on Talk { title } } found { __typename } }',
          expected: {
            data: { hits: [], found: [{ __typename: 'Guest' }, { __typename: 'Staff' }] },
            asked: ['people'],
          },
        },
        {
          construct: 'interfaces',
          name: 'for a purpose that covers it',
          caller: SUPPORT,
          query: '{ people { name ... on Guest { host { role } } } }',
          expected: {
            data: {
              people: [{ name: 'canary-staff' }, { name: 'canary-guest', host: { role: 'chair' } }, null],
            },
          },
        },
      ],
    },
  ],
};
