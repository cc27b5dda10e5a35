import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGateway, type TestGateway, type TestSubgraph } from '../gatewayHarness.ts';
import { MARKETING } from './world.ts';

let isFailing = false;

const user = (id: string) => ({ __typename: 'User', id });

const accounts: TestSubgraph = {
  name: 'accounts',
  typeDefs: `
    type Query { me: User! }
    type User @key(fields: "id") @personal(subject: ["id"]) {
      id: ID!
      friend: User
      rating: Int! @personal(category: "usage.history")
    }
  `,
  resolvers: {
    Query: { me: () => user('1') },
    User: {
      __resolveReference: ({ id }: { id: string }) => user(id),
      friend: () => user('2'),
      rating: () => {
        if (isFailing) throw new Error('canary');
        return 7;
      },
    },
  },
};

const clubs: TestSubgraph = {
  name: 'clubs',
  typeDefs: `
    type User @key(fields: "id") {
      id: ID!
      friend: User @external
      rating: Int! @external
      club: String @requires(fields: "friend { rating }") @personal(category: "none", reason: "says nothing of ratings")
    }
  `,
  resolvers: { User: { club: () => 'chess' } },
};

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ subgraphs: [accounts, clubs] });
});
afterAll(async () => await gateway.close());

it('the failure of what a declassified field is made of is not told', async () => {
  const request = { ...MARKETING, query: '{ me { club } }' };
  const before = await gateway.send(request);
  isFailing = true;
  const after = await gateway.send(request);
  isFailing = false;
  expect(before.data).toEqual({ me: { club: 'chess' } });
  expect(after.text).toBe(before.text);
});
