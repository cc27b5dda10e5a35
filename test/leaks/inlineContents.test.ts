import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGateway, type TestGateway, type TestSubgraph } from '../gatewayHarness.ts';
import { MARKETING, NAME } from './world.ts';

let isFailing = false;

const secret = () => {
  if (isFailing) throw new Error('canary');
  return 'canary';
};
const pen = ({ id }: { readonly id: string }) => (id === '1' ? secret() : 'public');
const user = () => ({ __typename: 'User', id: '1', org: { code: 'o1' } });

const accounts: TestSubgraph = {
  name: 'accounts',
  typeDefs: `
    type Query { me: User letter: Letter! desk: Org! publisher: Sender }
    type Mutation { again: Query! }
    type User @key(fields: "id org { code }") @personal(subject: ["id"]) {
      id: ID!
      label: String
      org: Org! @personal(category: "contact.address")
    }
    type Org { code: ID! room: String! }
    type Letter @personal(subject: ["sender { id }"]) {
      text: String @personal(category: "contact.email")
      sender: Sender @personal(category: "identity.name")
    }
    type Sender { id: ID! pen: String! }
  `,
  resolvers: {
    Mutation: { again: () => ({}) },
    Query: {
      desk: () => ({ code: 'o1' }),
      publisher: () => ({ id: '2' }),
      me: user,
      letter: () => ({ text: 'canary', sender: { id: '1' } }),
    },
    User: { __resolveReference: user },
    Org: { room: secret },
    Sender: { pen },
  },
};

const clubs: TestSubgraph = {
  name: 'clubs',
  typeDefs: `
    type User @key(fields: "id org { code }") { id: ID! org: Org! club: String }
    type Org { code: ID! @shareable }
  `,
  resolvers: { User: { club: () => 'chess' } },
};

let gateway: TestGateway;
beforeAll(async () => {
  const shared = {
    ...accounts,
    typeDefs: accounts.typeDefs.replace('code: ID! room', 'code: ID! @shareable room'),
  };
  gateway = await startGateway({ subgraphs: [shared, clubs] });
});
afterAll(async () => await gateway.close());

it.each([
  { name: 'a key', query: '{ me { label club org { room } } }' },
  { name: 'the way to a subject id', query: '{ letter { text sender { pen } } }' },
  {
    name: 'it, beside others of which nothing is personal,',
    query: '{ letter { text sender { pen } } publisher { pen } }',
  },
])('what stands below a denied object that is a part of $name takes nothing with it', async ({ query }) => {
  const before = await gateway.send({ ...MARKETING, query });
  isFailing = true;
  const after = await gateway.send({ ...MARKETING, query });
  isFailing = false;
  expect(before.text).not.toContain('canary');
  expect(after.text).toBe(before.text);
});

it('the same things are shown where nothing above them is personal', async () => {
  const query = 'mutation { again { desk { __typename room } me { club } } }';
  const { data } = await gateway.send({ ...MARKETING, query });
  expect(data).toEqual({ again: { desk: { __typename: 'Org', room: 'canary' }, me: { club: NAME } } });
});
