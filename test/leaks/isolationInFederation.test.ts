import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway, type TestSubgraph } from '../gatewayHarness.ts';
import { SUPPORT } from './world.ts';

/** Whose fields fail at this moment: `field id`. */
const failing = new Set<string>();
/** What the mutation wrote. */
const written = new Map<string, string>();

const value = (field: string) => (source: { readonly id: string }) => {
  if (failing.has(`${field} ${source.id}`)) throw new Error(`no ${field}`);
  return `canary-${field}-${source.id}@example.com`;
};
const ids = ['1', '2', '3'];
const user = (id: string) => ({ __typename: 'User', id, label: `user ${id}` });

const robot = { __typename: 'Robot', id: 7, owner: '1', maker: { id: 'm1' } };

const accounts: TestSubgraph = {
  name: 'accounts',
  typeDefs: `
    directive @traced(as: String) on QUERY | MUTATION
    type Query { users: [User!]! groups: [Group!]! owned: [Owned!]! }
    type Mutation { write(id: ID!, mail: String!): User! }
    interface Group { label: String! }
    type Club implements Group { label: String! head: User! }
    type Team implements Group { label: String! head: User! }
    union Owned = User | Robot
    type Robot @key(fields: "id") @personal(subject: ["owner"]) {
      id: Int!
      owner: ID!
      serial: String! @personal(category: "contact.email")
      maker: Maker
    }
    type Maker @key(fields: "id") @personal(subject: ["id"]) {
      id: String!
      mail: String! @personal(category: "contact.email")
    }
    type User @key(fields: "id") @personal(subject: ["id"]) {
      id: ID!
      label: String!
      email: String! @personal(category: "contact.email")
      mail: String! @personal(category: "contact.email")
    }
  `,
  resolvers: {
    Query: {
      users: () => ids.map(user),
      groups: () => [
        { __typename: 'Club', label: 'club', head: user('1') },
        { __typename: 'Team', label: 'team', head: user('2') },
      ],
      owned: () => [user('1'), robot],
    },
    Robot: { __resolveReference: () => robot, serial: () => 'canary-serial@example.com' },
    Maker: { __resolveReference: () => robot.maker, mail: () => 'canary-maker@example.com' },
    Mutation: {
      write: (_: unknown, { id, mail }: { readonly id: string; readonly mail: string }) => {
        written.set(id, mail);
        return user(id);
      },
    },
    User: {
      __resolveReference: ({ id }: { readonly id: string }) => user(id),
      email: value('email'),
      mail: ({ id }: { readonly id: string }) => written.get(id),
    },
  },
};

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ subgraphs: [accounts], override: { disclosure: 'collapsed' } });
});
afterAll(async () => await gateway.close());
beforeEach(() => {
  failing.clear();
  written.clear();
  gateway.forget();
});

describe('what is fetched apart', () => {
  it.each([
    {
      name: 'is found from every fragment that leads to it',
      query: '{ groups { ... on Club { head { email } } ... on Team { head { email } } } }',
      expected: {
        groups: ids.slice(0, 2).map((id) => ({ head: { email: `canary-email-${id}@example.com` } })),
      },
    },
    {
      name: 'is found by keys that are not alike',
      query: '{ owned { ... on User { email } ... on Robot { serial maker { mail } } } }',
      expected: {
        owned: [
          { email: 'canary-email-1@example.com' },
          { serial: 'canary-serial@example.com', maker: { mail: 'canary-maker@example.com' } },
        ],
      },
    },
    {
      name: 'is found by a key that is not like what stands beside it',
      query: '{ owned { ... on User { email } ... on Robot { id } } }',
      expected: { owned: [{ email: 'canary-email-1@example.com' }, { id: 7 }] },
    },
    {
      name: 'is what the mutation left, and not the next one',
      query: `mutation {
        a: write(id: "1", mail: "a@example.com") { mail }
        b: write(id: "1", mail: "b@example.com") { mail }
      }`,
      expected: { a: { mail: 'a@example.com' }, b: { mail: 'b@example.com' } },
    },
    {
      name: 'is asked for with the directives of the operation',
      query: 'query Q($as: String) @traced(as: $as) { users { email } }',
      variables: { as: 'test' },
      expected: { users: ids.map((id) => ({ email: `canary-email-${id}@example.com` })) },
    },
  ])('$name', async ({ query, variables = {}, expected }) => {
    const { data, errors } = await gateway.send({ ...SUPPORT, query, variables });
    expect({ data, errors }).toEqual({ data: expected, errors: [] });
  });
});
