import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway, type TestSubgraph } from '../gatewayHarness.ts';
import { MARKETING, NAME } from './world.ts';

/** What fails at this moment. */
let failing = '';
/** What always fails at this moment. */
let broken = '';

const user = (id: string) => ({ __typename: 'User', id });

const accounts: TestSubgraph = {
  name: 'accounts',
  typeDefs: `
    type Query { me: User! users: [User!]! }
    type User @key(fields: "id") @personal(subject: ["id"]) {
      id: ID!
      email: String! @personal(category: "contact.email")
      label: String
      home: Home
    }
    type Home { city: String secret: String! @personal(category: "contact.address") }
  `,
  resolvers: {
    Query: { me: () => user('2'), users: () => [user('1'), user('2')] },
    User: {
      __resolveReference: ({ id }: { id: string }) => user(id),
      email: ({ id }: { id: string }) => {
        if (failing === 'email' || failing === `email ${id}`) throw new Error('canary');
        return 'canary@example.com';
      },
      label: () => 'label',
      home: () => ({ city: 'city' }),
    },
    Home: {
      secret: () => {
        if (failing === 'secret') throw new Error('canary');
        return 'canary';
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
      label: String @external
      home: Home @external
      greeting: String @requires(fields: "email") @personal(category: "identity.name")
      motto: String @requires(fields: "label")
      town: String @requires(fields: "home { city }")
      door: String
        @requires(fields: "home { secret }")
        @personal(category: "identity.name", subject: ["id"])
      pen: String
      draft: Draft
    }
    type Draft { text: String }
    type Home @external { city: String secret: String! }
  `,
  resolvers: {
    User: {
      greeting: ({ id, email = 'nobody' }: { id: string; email?: string }) => {
        if (broken === `greeting ${id}`) throw new Error('canary');
        return `Dear ${email}`;
      },
      motto: ({ label = 'none' }: { label?: string }) => `motto of ${label}`,
      town: ({ home }: { home: { city: string } | null }) => `town ${home?.city ?? 'nowhere'}`,
      door: ({ home }: { home: { secret: string } | null }) => `door ${home?.secret ?? 'shut'}`,
      pen: () => 'blue',
      draft: () => ({ text: 'draft' }),
    },
  },
};

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [accounts, letters],
    states: { 'user:1': { entries: [{ purpose: 'marketing.recommendation', state: 'GIVEN' }] } },
  });
});
afterAll(async () => await gateway.close());

describe('a value that another subgraph requires takes nothing with it where it fails but what is made of it', () => {
  it.each([
    {
      name: 'beside what needs a key alone',
      fails: 'email',
      query: '{ me { greeting pen draft { text } } }',
      expected: { greeting: NAME, pen: 'blue', draft: { text: 'draft' } },
    },
    {
      name: 'beside what is made of something else',
      fails: 'email',
      query: '{ me { greeting motto } }',
      expected: { greeting: NAME, motto: 'motto of label' },
    },
    {
      name: 'in an object beside what is made of the rest of it',
      fails: 'secret',
      query: '{ me { door town } }',
      expected: { door: NAME, town: 'town city' },
    },
  ])('$name', async ({ fails, query, expected }) => {
    const before = await gateway.send({ ...MARKETING, query });
    failing = fails;
    const after = await gateway.send({ ...MARKETING, query });
    failing = '';
    expect(after.data).toEqual({ me: expected });
    expect(after.text).toBe(before.text);
  });
});

it('a value that another subgraph requires moves no error where it fails', async () => {
  const request = { ...MARKETING, query: '{ users { greeting pen } }' };
  broken = 'greeting 1';
  const before = await gateway.send(request);
  failing = 'email 2';
  const after = await gateway.send(request);
  [broken, failing] = ['', ''];
  expect(after.text).toBe(before.text);
});
