import { CONSENTED, EMAIL, MARKETING, NOBODY, SUPPORT, TEXT, type Scene } from './scene.ts';

const users = [
  { id: 'u1', email: 'canary-1@example.com', name: 'Aoki', visits: 3, inbox: 7 },
  { id: 'u2', email: 'canary-2@example.com', name: 'Baba', visits: 0, inbox: null },
];

const badges = [
  { org: 'o1', number: 1, holder: 'Chiba', level: 2, opened: ['front'] },
  { org: 'o1', number: 2, holder: null, level: 1, opened: [] },
];

/** Doors remember it; nobody else does. */
const ghost = { org: 'o1', number: 9, holder: null, level: null, opened: ['back'] };

const devices = [
  { serial: { no: 'canary-serial' }, kind: 'PHONE', label: 'mine', unlocks: 'front' },
  { serial: 7, kind: 'WATCH', label: null, unlocks: null },
];

const org = {
  code: 'o1',
  country: { iso: 'canary-jp', zone: 'canary-zone' },
  title: 'Example Works',
  vat: 'T1',
  staff: badges,
  tax: 10,
};

/** Entities, and every form of key by which subgraphs find them. */
export const keys: Scene = {
  name: 'keys',
  typeDefs: {
    accounts: `
      type Query { users: [User!]! org: Org }
      type User @key(fields: "id") @key(fields: "email") { id: ID! email: String! name: String }
      type Org @key(fields: "code country { iso zone }") { code: ID! country: Country! title: String }
      type Country @shareable { iso: String zone: String! }
      scalar Serial
      extend type Query { devices: [Device!] }
      type Device @key(fields: "serial kind") { serial: Serial kind: Kind label: String }
      enum Kind { PHONE WATCH }
    `,
    mail: `
      type Query { recipients: [User!]! }
      type User @key(fields: "email") { email: String! inbox: Int }
    `,
    staff: `
      type User @key(fields: "id") { id: ID! visits: Int }
      type Org @key(fields: "code country { iso zone }") @key(fields: "vat") {
        code: ID!
        country: Country!
        vat: String!
        staff: [Badge!]!
      }
      type Country @shareable { iso: String zone: String! }
      type Badge @key(fields: "org number") { org: ID! number: Int! holder: String level: Int! }
    `,
    doors: `
      type Query { lastEntry: User ghost: Badge ghosts: [Badge] }
      type Badge @key(fields: "org number") { org: ID! number: Int! opened: [String!]! }
      type Org @key(fields: "vat") { vat: String! tax: Int }
      type User @key(fields: "id", resolvable: false) { id: ID! }
      scalar Serial
      enum Kind { PHONE WATCH }
      type Device @key(fields: "serial kind") { serial: Serial kind: Kind unlocks: String }
    `,
  },
  resolvers: {
    Query: {
      users: () => users,
      org: () => org,
      recipients: () => users,
      lastEntry: () => users[1],
      ghost: () => ghost,
      devices: () => devices,
      ghosts: () => [badges[0], ghost, null],
    },
  },
  references: {
    User: (ref) => users.find(({ id, email }) => id === ref['id'] || email === ref['email']) ?? null,
    Org: () => org,
    Device: ({ kind }) => devices.find((each) => each.kind === kind) ?? null,
    Badge: (ref, subgraph) =>
      badges.find(({ number }) => number === ref['number']) ?? (subgraph === 'doors' ? ghost : null),
  },
  rows: [
    {
      construct: '@key',
      name: 'an entity of two subgraphs',
      query: '{ users { name visits } }',
      expected: {
        data: {
          users: [
            { name: 'Aoki', visits: 3 },
            { name: 'Baba', visits: 0 },
          ],
        },
        asked: ['accounts', 'staff'],
      },
    },
    {
      construct: ['several keys', 'keys that differ between subgraphs'],
      name: 'from one that knows e-mail addresses to one that knows ids',
      query: '{ recipients { visits inbox } }',
      expected: {
        data: {
          recipients: [
            { visits: 3, inbox: 7 },
            { visits: 0, inbox: null },
          ],
        },
        asked: ['accounts', 'mail', 'staff'],
      },
    },
    {
      construct: 'compound keys',
      name: 'two fields are the key',
      query: '{ org { staff { number opened } } }',
      expected: {
        data: {
          org: {
            staff: [
              { number: 1, opened: ['front'] },
              { number: 2, opened: [] },
            ],
          },
        },
      },
    },
    {
      construct: ['compound keys', 'custom scalars', 'enums as output'],
      name: 'scalars of any form and enums are keys',
      query: '{ devices { label unlocks } }',
      expected: {
        data: {
          devices: [
            { label: 'mine', unlocks: 'front' },
            { label: null, unlocks: null },
          ],
        },
      },
    },
    {
      construct: 'nested keys',
      name: 'a field of a field is part of the key',
      query: '{ org { title staff { holder } } }',
      expected: { data: { org: { title: 'Example Works', staff: [{ holder: 'Chiba' }, { holder: null }] } } },
    },
    {
      construct: 'keys that differ between subgraphs',
      name: 'a key is found by another key',
      query: '{ org { tax } }',
      expected: { data: { org: { tax: 10 } }, asked: ['accounts', 'doors', 'staff'] },
    },
    {
      construct: 'keys that are not resolvable',
      name: 'a reference that others complete',
      query: '{ lastEntry { id name visits } }',
      expected: { data: { lastEntry: { id: 'u2', name: 'Baba', visits: 0 } } },
    },
    {
      construct: 'references to nothing',
      name: 'a nullable field',
      query: '{ ghost { number holder opened } }',
      expected: { data: { ghost: { number: 9, holder: null, opened: ['back'] } } },
    },
    {
      construct: ['references to nothing', 'null for non-null'],
      name: 'a field that is not nullable',
      query: '{ ghost { number level } ghosts { number level } }',
      expected: {
        data: { ghost: null, ghosts: [{ number: 1, level: 2 }, null, null] },
        completion: ['ghost.level', 'ghosts.1.level'],
      },
    },
    {
      construct: ['aliases', '@key'],
      name: 'keys under several names, and other fields under the names of keys',
      query: '{ users { a: id id: name b: email email: __typename inbox visits } }',
      expected: {
        data: {
          users: [
            { a: 'u1', id: 'Aoki', b: 'canary-1@example.com', email: 'User', inbox: 7, visits: 3 },
            { a: 'u2', id: 'Baba', b: 'canary-2@example.com', email: 'User', inbox: null, visits: 0 },
          ],
        },
      },
      plain: 'departs: it takes the client’s aliases for keys and finds nobody by them',
    },
  ],
  variants: [
    {
      name: 'a key that is personal: a subgraph that knows nothing else is bound',
      annotations: {
        accounts: {
          'User.email': '@personal(category: "contact.email", subject: ["id"])',
          Serial: '@personal(category: "device.userAgent")',
        },
      },
      states: { 'user:u1': CONSENTED },
      cases: [
        {
          construct: ['@key', 'aliases'],
          name: 'by hostile aliases, without purpose',
          caller: NOBODY,
          query: '{ users { id: email email: inbox name: __typename visits b: name } }',
          expected: {
            data: {
              users: [
                { id: EMAIL, email: null, name: 'User', visits: 3, b: 'Aoki' },
                { id: EMAIL, email: null, name: 'User', visits: 0, b: 'Baba' },
              ],
            },
            asked: ['accounts', 'staff'],
          },
          masked: [
            'User.email users[].id 0-1 denied PURPOSE_MISSING',
            'User.inbox users[].email 0-1 denied PURPOSE_MISSING',
          ],
          unsent: ['inbox'],
        },
        {
          construct: ['compound keys', 'custom scalars'],
          name: 'a scalar that is personal, in a key',
          caller: NOBODY,
          query: '{ devices { serial: unlocks unlocks: kind kind: serial } }',
          expected: {
            data: {
              devices: [
                { serial: TEXT, unlocks: null, kind: null },
                { serial: TEXT, unlocks: null, kind: null },
              ],
            },
          },
          unsent: ['unlocks', 'serial'],
        },
        {
          construct: 'several keys',
          name: 'what another key leads to is not bound',
          caller: NOBODY,
          query: '{ users { name visits } }',
          expected: {
            data: {
              users: [
                { name: 'Aoki', visits: 3 },
                { name: 'Baba', visits: 0 },
              ],
            },
          },
        },
        {
          construct: 'keys that differ between subgraphs',
          name: 'it joins what is allowed, and is not shown',
          caller: NOBODY,
          query: '{ recipients { email visits } }',
          expected: {
            data: {
              recipients: [
                { email: EMAIL, visits: 3 },
                { email: EMAIL, visits: 0 },
              ],
            },
          },
          keysAreSent: true,
        },
        {
          construct: '@key',
          name: 'one of two consented',
          caller: MARKETING,
          query: '{ users { email inbox } }',
          expected: {
            data: {
              users: [
                { email: 'canary-1@example.com', inbox: 7 },
                { email: EMAIL, inbox: null },
              ],
            },
          },
          masked: [
            'User.email users[].email 1 denied CONSENT_NOT_GIVEN',
            'User.inbox users[].inbox 1 denied CONSENT_NOT_GIVEN',
          ],
          keysAreSent: true,
        },
      ],
    },
    {
      name: 'part of a nested key, in a value type of one subgraph',
      annotations: {
        staff: {
          'Country.iso': '@personal(category: "contact.address")',
          Org: '@personal(subject: ["code"], namespace: "org")',
        },
      },
      cases: [
        {
          construct: 'nested keys',
          name: 'what is found by it alone is bound, what has another key is not',
          caller: NOBODY,
          query: '{ org { code: title title: code tax staff { holder } } }',
          expected: {
            data: {
              org: { code: TEXT, title: TEXT, tax: 10, staff: [{ holder: 'Chiba' }, { holder: null }] },
            },
          },
          keysAreSent: true,
        },
        {
          construct: ['nested keys', 'null for non-null'],
          name: 'an object that may not be null',
          caller: NOBODY,
          query: '{ org { country { iso: __typename code: iso } tax } }',
          expected: { data: { org: null }, errors: ['org.country'] },
          keysAreSent: true,
        },
        {
          construct: 'nested keys',
          name: 'for a purpose that covers it',
          caller: SUPPORT,
          query: '{ org { title country { iso } } }',
          expected: { data: { org: { title: 'Example Works', country: { iso: 'canary-jp' } } } },
        },
      ],
    },
    {
      name: 'part of a nested key that may not be null and has no key of its own',
      annotations: {
        staff: {
          'Country.zone': '@personal(category: "contact.address")',
          Org: '@personal(subject: ["code"], namespace: "org")',
        },
      },
      cases: [
        {
          construct: ['nested keys', 'null for non-null'],
          name: 'a key that the planner fetches for itself is sent, and shown to nobody',
          caller: NOBODY,
          query: '{ org { staff { holder } } }',
          keysAreSent: true,
          expected: { data: { org: { staff: [{ holder: 'Chiba' }, { holder: null }] } } },
        },
        {
          construct: 'nested keys',
          name: 'what does not need it is answered',
          caller: NOBODY,
          query: '{ org { title } }',
          expected: { data: { org: { title: TEXT } } },
        },
        {
          construct: 'nested keys',
          name: 'for a purpose that covers it',
          caller: SUPPORT,
          query: '{ org { title country { zone } } }',
          expected: { data: { org: { title: 'Example Works', country: { zone: 'canary-zone' } } } },
        },
      ],
    },
    {
      name: 'part of a compound key, by which two subgraphs know all that they know',
      annotations: {
        staff: {
          'Badge.number': '@personal(category: "usage.content")',
          Badge: '@personal(subject: ["org"], namespace: "org")',
        },
      },
      cases: [
        {
          construct: 'compound keys',
          name: 'without purpose, beside what is not bound',
          caller: NOBODY,
          query: '{ org { tax staff { org level: opened number: __typename } } }',
          expected: {
            data: {
              org: {
                tax: 10,
                staff: [
                  { org: TEXT, level: [], number: 'Badge' },
                  { org: TEXT, level: [], number: 'Badge' },
                ],
              },
            },
          },
          keysAreSent: true,
        },
        {
          construct: ['compound keys', 'null for non-null'],
          name: 'the part that is personal',
          caller: NOBODY,
          query: '{ org { tax staff { number } } users { name } }',
          expected: {
            data: { org: null, users: [{ name: 'Aoki' }, { name: 'Baba' }] },
            errors: ['org.staff.0.number', 'org.staff.1.number'],
          },
          keysAreSent: true,
        },
        {
          construct: 'compound keys',
          name: 'for a purpose that covers it',
          caller: SUPPORT,
          query: '{ org { staff { number opened } } }',
          expected: {
            data: {
              org: {
                staff: [
                  { number: 1, opened: ['front'] },
                  { number: 2, opened: [] },
                ],
              },
            },
          },
          keysAreSent: true,
        },
      ],
    },
    {
      name: 'what reached by a reference, and what is not there',
      annotations: {
        staff: { 'Badge.holder': '@personal(category: "identity.name", subject: ["org"], namespace: "org")' },
        accounts: { 'User.name': '@personal(category: "identity.name", subject: ["id"])' },
      },
      states: { 'user:u2': CONSENTED, 'org:o1': CONSENTED },
      cases: [
        {
          construct: 'keys that are not resolvable',
          name: 'without purpose',
          caller: NOBODY,
          query: '{ lastEntry { visits: name name: visits } }',
          expected: { data: { lastEntry: { visits: TEXT, name: 0 } }, asked: ['doors', 'staff'] },
          unsent: ['name'],
        },
        {
          construct: 'keys that are not resolvable',
          name: 'with consent',
          caller: MARKETING,
          query: '{ lastEntry { name } users { name } }',
          expected: { data: { lastEntry: { name: 'Baba' }, users: [{ name: TEXT }, { name: 'Baba' }] } },
        },
        {
          construct: 'references to nothing',
          name: 'the constant stands where there is nobody, and the null where it may be known',
          caller: NOBODY,
          query: '{ ghosts { number holder } }',
          expected: {
            data: { ghosts: [{ number: 1, holder: TEXT }, { number: 9, holder: TEXT }, null] },
            asked: ['doors'],
          },
        },
        {
          construct: ['references to nothing', 'null for non-null'],
          name: 'beside a field that is not nullable',
          caller: NOBODY,
          query: '{ ghosts { holder level } }',
          expected: {
            data: { ghosts: [{ holder: TEXT, level: 2 }, null, null] },
            completion: ['ghosts.1.level'],
          },
        },
        {
          construct: 'references to nothing',
          name: 'with consent',
          caller: MARKETING,
          query: '{ ghosts { holder } }',
          expected: { data: { ghosts: [{ holder: 'Chiba' }, { holder: null }, null] } },
        },
      ],
    },
  ],
};
