import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway, type TestSubgraph } from '../gatewayHarness.ts';
import { EMAIL, MARKETING, SUPPORT } from './world.ts';

/** Whose e-mail address fails. */
const failing = new Set<string>();

const user = (id: string) => ({ __typename: 'User', id, label: `user ${id}` });
const book = (id: string) => ({ __typename: 'Book', id, title: `book ${id}` });
const email = ({ id }: { readonly id: string }): string => {
  if (failing.has(id)) throw new Error('no e-mail');
  return `${id}@example.com`;
};

const members = [
  user('1'),
  user('2'),
  { __typename: 'Company', label: 'Example Ltd.', email: 'desk@example.com' },
];

const accounts: TestSubgraph = {
  name: 'accounts',
  typeDefs: `
    type Query { parties: [Party] members: [Member] known: [Known] }
    union Known = User | Company
    type Stranger implements Member @personal(subject: ["id"]) {
      id: ID!
      label: String
      email: String! @personal(category: "contact.email")
    }
    interface Party { label: String email: String }
    interface Member { label: String email: String }
    type User implements Party & Member @key(fields: "id") @personal(subject: ["id"]) {
      id: ID!
      label: String
      email: String! @personal(category: "contact.email")
    }
    type Company implements Party & Member { label: String email: String }
    type Account implements Party { label: String email: String @personal(category: "account.password") }
    interface Media @key(fields: "id") { id: ID! title: String }
    type Book implements Media @key(fields: "id") @personal(subject: ["id"]) {
      id: ID!
      title: String
      lender: String! @personal(category: "contact.email")
    }
  `,
  resolvers: {
    Query: { parties: () => members, members: () => members, known: () => members },
    User: { __resolveReference: ({ id }: { id: string }) => user(id), email },
    Media: {
      __resolveType: () => 'Book',
      __resolveReference: ({ id }: { id: string }) => book(id),
    },
    Book: { __resolveReference: ({ id }: { id: string }) => book(id), lender: email },
  },
};

const shelves: TestSubgraph = {
  name: 'shelves',
  typeDefs: `
    type Query { shelf: [Media!]! }
    type Media @interfaceObject @key(fields: "id") { id: ID! room: Int }
  `,
  resolvers: { Query: { shelf: () => [{ id: '1' }, { id: '2' }] }, Media: { room: () => 7 } },
};

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ subgraphs: [accounts, shelves] });
});
afterAll(async () => await gateway.close());

describe('a non-null personal field', () => {
  it('nulls nothing where it fails, though the interface has it as nullable', async () => {
    failing.add('2');
    const { data } = await gateway.send({ ...MARKETING, query: '{ members { label email } }' });
    failing.clear();
    expect(data).toEqual({
      members: [
        { label: 'user 1', email: EMAIL },
        { label: 'user 2', email: EMAIL },
        { label: 'Example Ltd.', email: 'desk@example.com' },
      ],
    });
  });

  it('is found again where the planner gave it a key of its own', async () => {
    // Since accounts are never shown, it is asked for type by type, of which some have it as nullable.
    const { data } = await gateway.send({ ...SUPPORT, query: '{ parties { email } }' });
    expect(data).toEqual({
      parties: [{ email: '1@example.com' }, { email: '2@example.com' }, { email: 'desk@example.com' }],
    });
  });

  it('is shown where it is all that is asked of an interface object', async () => {
    const query = '{ shelf { ... on Book { lender } } }';
    const { data } = await gateway.send({ ...SUPPORT, query });
    expect(data).toEqual({ shelf: [{ lender: '1@example.com' }, { lender: '2@example.com' }] });
  });

  it('is refused for the sake of no type that cannot stand there', async () => {
    const { data } = await gateway.send({ ...SUPPORT, query: '{ known { ... on Member { email } } }' });
    expect(data).toEqual({
      known: [{ email: '1@example.com' }, { email: '2@example.com' }, { email: 'desk@example.com' }],
    });
  });
});
