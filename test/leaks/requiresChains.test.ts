import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import {
  CANARY,
  EMAIL,
  expectNothingTold,
  expectShown,
  NAME,
  sent,
  STRANGERS,
  type LeakRow,
} from './world.ts';

interface Made {
  readonly id: string;
  readonly home?: { readonly email?: string } | null;
  readonly one?: string;
  readonly two?: string;
  readonly three?: string;
}

const steps = (own: string, from: string) => `
  type User @key(fields: "id") { id: ID! ${from}: String @external ${own}: String @requires(fields: "${from}") }
`;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'accounts',
        typeDefs: `
          type Query { me: User! users: [User!]! }
          type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! home: Home free: String }
          type Home { email(of: Int): String @personal(category: "contact.email") city: String }
        `,
        resolvers: {
          Query: {
            me: () => ({ id: '2', free: 'free' }),
            users: () => [{ id: '1' }, { id: '2' }],
          },
          User: {
            __resolveReference: ({ id }: Made) => ({ id, free: 'free' }),
            home: ({ id }: Made) => ({
              email: ({ of }: { of?: number }) => `canary-${id}-${of ?? 0}`,
              city: 'x',
            }),
          },
        },
      },
      {
        name: 'first',
        typeDefs: `
          type User @key(fields: "id") {
            id: ID!
            home: Home @external
            one: String @requires(fields: "home { email(of: 7) }")
          }
          type Home { email(of: Int): String @external }
        `,
        resolvers: { User: { one: ({ home }: Made) => `one of ${home?.email}` } },
      },
      {
        name: 'second',
        typeDefs: steps('two', 'one'),
        resolvers: { User: { two: ({ one }: Made) => `two of ${one}` } },
      },
      {
        name: 'third',
        typeDefs: steps('three', 'two'),
        resolvers: { User: { three: ({ two }: Made) => `three of ${two}` } },
      },
      {
        name: 'fourth',
        typeDefs: `type User @key(fields: "id") {
          id: ID!
          free: String @external
          three: String @external
          four: Int @requires(fields: "free three")
          clear: String @requires(fields: "free")
        }`,
        resolvers: {
          User: {
            four: ({ three = '' }: Made) => three.length,
            clear: ({ free }: Made & { free?: string }) => `clear of ${free}`,
          },
        },
      },
    ],
  });
});

afterAll(async () => await gateway.close());

const rows: readonly LeakRow[] = [
  { name: 'of one link', query: '{ me { one } }', expected: { me: { one: EMAIL } } },
  { name: 'of two', query: '{ me { two clear } }', expected: { me: { two: EMAIL, clear: 'clear of free' } } },
  {
    name: 'of three',
    query: '{ users { three } }',
    expected: { users: [{ three: EMAIL }, { three: EMAIL }] },
  },
  {
    name: 'under each other’s names',
    query: '{ me { one: three two: one three: free free: two home { email: city } } }',
    expected: { me: { one: EMAIL, two: EMAIL, three: 'free', free: EMAIL, home: { email: 'x' } } },
  },
  {
    name: 'beside the start of the chain with other arguments',
    query: '{ me { home { e: email(of: 1) email } three } }',
    expected: { me: { home: { e: EMAIL, email: EMAIL }, three: EMAIL } },
  },
];

describe.each(STRANGERS)('chains of @requires, asked $who', ({ caller }) => {
  it.each(rows)('tell nothing: $name', async (row) => {
    gateway.forget();
    await expectNothingTold(gateway, row, caller);
    expect(sent(gateway, 'accounts')).not.toContain(CANARY);
  });

  it('tell not even a number that is counted at the end', async () => {
    const { data } = await gateway.send({ query: '{ me { four } }', ...caller });
    expect(data).toEqual({ me: { four: null } });
  });
});

it.each(rows)('chains of @requires tell a caller who may know: $name', async (row) => {
  await expectShown(gateway, row);
});

it('chains of @requires are computed from values, not from masks', async () => {
  const { data } = await gateway.send({
    query: '{ me { three four home { email(of: 1) } } }',
    client: 'support-desk',
    purpose: 'service.support',
  });
  const three = 'three of two of one of canary-2-7';
  expect(data).toEqual({ me: { three, four: three.length, home: { email: 'canary-2-1' } } });
  expect(JSON.stringify(gateway.sent('third'))).not.toContain(NAME);
});
