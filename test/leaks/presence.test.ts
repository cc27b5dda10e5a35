import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestAnswer, type TestGateway } from '../gatewayHarness.ts';
import { MARKETING } from './world.ts';

/** What is there for one person, is not for another, and is of other lengths and types for a third. */
const lives: readonly object[] = [
  {
    home: { __typename: 'House', rooms: 3 },
    homes: [{ __typename: 'House' }],
    tags: ['a', 'b'],
    letters: [{}],
  },
  { home: null, homes: null, tags: null, letters: [] },
  { home: { __typename: 'Flat' }, homes: [], tags: [], letters: [{}, {}, {}] },
];

let gateway: TestGateway;
let current: object | undefined;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'lives',
        typeDefs: `
          type Query { life: Life! }
          type Life @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            home: Home @personal(category: "contact.address")
            homes: [Home!] @personal(category: "contact.address")
            tags: [String!] @personal(category: "contact.address")
            letters: [Letter!]! @personal(category: "contact.address")
          }
          union Home = House | Flat
          type House { rooms: Int }
          type Flat { floor: Int }
          type Letter { text: String }
        `,
        resolvers: {
          Query: { life: () => ({ id: '2', ...current }) },
          Life: { __resolveReference: () => ({ id: '2', ...current }) },
        },
      },
    ],
  });
});

afterAll(async () => await gateway.close());

const QUERIES = [
  '{ life { home { __typename } } }',
  '{ life { home { ... on House { rooms } } homes { __typename } } }',
  '{ life { tags letters { text } n: letters { __typename } } }',
];

/** All of an answer that its data may decide about. */
const shown = ({ text, headers, status }: TestAnswer): string =>
  JSON.stringify([status, text, headers.get('content-length')]);

describe.each([
  { who: 'without purpose', caller: {} },
  { who: 'without consent', caller: MARKETING },
])('presence, length and __typename of what is denied, asked $who', ({ caller }) => {
  it.each(QUERIES)('do not show in %s', async (query) => {
    const answers = new Set<string>();
    for (const life of lives) {
      current = life;
      answers.add(shown(await gateway.send({ query, ...caller })));
    }
    expect([...answers]).toHaveLength(1);
  });
});

it.each(QUERIES)('show to a caller who may know: %s', async (query) => {
  const answers = new Set<string>();
  for (const life of lives) {
    current = life;
    answers.add(shown(await gateway.send({ query, purpose: 'service.support' })));
  }
  expect(answers.size).toBeGreaterThan(1);
});
