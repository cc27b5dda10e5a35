import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGateway, type TestGateway, type TestSubgraph } from '../gatewayHarness.ts';
import { MARKETING, NAME } from './world.ts';

/** What fails at this moment. */
let failing = '';

const user = (id: string) => ({ __typename: 'User', id });

const accounts: TestSubgraph = {
  name: 'accounts',
  typeDefs: `
    type Query { me: User! }
    type User @key(fields: "id") @personal(subject: ["id"]) {
      id: ID!
      email: String! @personal(category: "contact.email")
    }
  `,
  resolvers: {
    Query: { me: () => user('1') },
    User: {
      __resolveReference: ({ id }: { id: string }) => user(id),
      email: () => {
        if (failing === 'email') throw new Error('canary');
        return 'canary@example.com';
      },
    },
  },
};

const letters: TestSubgraph = {
  name: 'letters',
  typeDefs: `
    type User @key(fields: "id") {
      id: ID!
      email: String! @external
      greeting: String @requires(fields: "email") @personal(category: "identity.name")
      pen: String
      draft: Draft
    }
    type Draft { text: String }
  `,
  resolvers: {
    User: {
      greeting: ({ email = 'nobody' }: { email?: string }) => `Dear ${email}`,
      pen: () => 'blue',
      draft: () => ({ text: 'draft' }),
    },
  },
};

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ subgraphs: [accounts, letters] });
});
afterAll(async () => await gateway.close());

it('a value that another subgraph requires takes nothing with it where it fails but what is made of it', async () => {
  const request = { ...MARKETING, query: '{ me { greeting pen draft { text } } }' };
  const before = await gateway.send(request);
  failing = 'email';
  const after = await gateway.send(request);
  failing = '';
  expect(after.data).toEqual({ me: { greeting: NAME, pen: 'blue', draft: { text: 'draft' } } });
  expect(after.text).toBe(before.text);
});
