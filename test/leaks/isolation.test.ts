import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway, type TestRequest, type TestSubgraph } from '../gatewayHarness.ts';
import { EMAIL, NAME } from './world.ts';

/** What fails at this moment: `field id`. */
const failing = new Map<string, 'throws' | 'null'>();

const value = (field: string) => (source: { readonly id: string }) => {
  const how = failing.get(`${field} ${source.id}`);
  if (how === 'throws') throw new Error(`canary-cause-${field}-${source.id}`);
  return how === 'null' ? null : `canary-${field}-${source.id}@example.com`;
};

const ids = ['1', '2', '3'];
const entity = (typename: string) =>
  ids.map((id) => ({ __typename: typename, id, label: `${typename} ${id}` }));
const byId = (typename: string) => ({
  __resolveReference: ({ id }: { readonly id: string }) => entity(typename).find((each) => each.id === id),
});

const accounts: TestSubgraph = {
  name: 'accounts',
  typeDefs: `
    type Query {
      users: [User!]!
      parties: [Party!]!
      guests: [Guest!]!
      guest: Guest!
      me: User!
    }
    type Mutation {
      touch(id: ID!): User!
      greet(id: ID!): Guest!
      reveal(id: ID!): String! @personal(category: "contact.email")
      count: Int!
    }
    interface Party { label: String! email: String! }
    type User implements Party @key(fields: "id") @personal(subject: ["id"]) {
      id: ID!
      label: String!
      email: String! @personal(category: "contact.email")
      work: String! @personal(category: "contact.email")
      name: String! @personal(category: "identity.name")
      profile: Profile!
      home: Home! @personal(category: "contact.address")
      den: Home @personal(category: "contact.address")
      price(in: String): Int! @personal(category: "contact.email")
      friend: User
      notes: [Note!]!
    }
    type Profile { bio: String! email: String! @personal(category: "contact.email") }
    type Home { city: String! street: String! owner: User! }
    type Note { text: String! @personal(category: "usage.content") title: String! }
    type Bot implements Party { label: String! email: String! }
    type Guest @personal(subject: ["id"]) { id: ID! label: String! email: String! @personal(category: "contact.email") }
  `,
  resolvers: {
    Query: {
      users: () => entity('User'),
      parties: () => [
        { __typename: 'Bot', label: 'bot', email: 'bot@example.com', id: 'b' },
        ...entity('User'),
      ],
      guests: () => entity('Guest'),
      guest: () => entity('Guest')[0],
      me: () => entity('User')[1],
    },
    Mutation: {
      touch: (_: unknown, { id }: { readonly id: string }) => entity('User').find((each) => each.id === id),
      greet: (_: unknown, { id }: { readonly id: string }) => entity('Guest').find((each) => each.id === id),
      reveal: (_: unknown, { id }: { readonly id: string }) => value('reveal')({ id }),
      count: () => 7,
    },
    User: {
      ...byId('User'),
      email: value('email'),
      work: value('work'),
      name: value('name'),
      profile: (source: object) => ({ ...source, bio: 'bio' }),
      home: (source: { readonly id: string }) => (failing.has(`home ${source.id}`) ? null : source),
      den: (source: object) => source,
      price: ({ id }: { readonly id: string }, given: { readonly in?: string }) => {
        if (failing.has(`price ${id}`) && given.in === 'USD') throw new Error('canary-cause');
        return 5;
      },
      friend: (source: { readonly id: string }) => entity('User')[Number(source.id) % 3],
      notes: (source: object) => [{ ...source, title: 'title' }],
    },
    Profile: { email: value('profile') },
    Home: { city: value('city'), street: value('street'), owner: (source: object) => source },
    Note: { text: value('text') },
    Guest: { email: value('guest') },
    Bot: { email: () => 'bot@example.com' },
  },
};

const scores: TestSubgraph = {
  name: 'scores',
  typeDefs: `
    type User @key(fields: "id") {
      id: ID!
      email: String! @external
      home: Home! @external
      den: Home @external
      price(in: String): Int! @external
      score: String @requires(fields: "email") @personal(category: "none", reason: "a rank, not the address")
      area: String @requires(fields: "home { city }") @personal(category: "none", reason: "not the address")
      zone: String @requires(fields: "den { city }") @personal(category: "none", reason: "not the address")
      cost: String
        @requires(fields: "price(in: \\"JPY\\")")
        @personal(category: "none", reason: "not the address")
    }
    type Home @external { city: String! }
  `,
  resolvers: {
    User: {
      score: ({ email }: { readonly email?: string }) => (email === undefined ? 'unknown' : 'known'),
      area: ({ home }: { readonly home?: object | null }) => (home == null ? 'unknown' : 'known'),
      zone: ({ den }: { readonly den?: object | null }) => (den == null ? 'unknown' : 'known'),
      cost: ({ price }: { readonly price?: number }) => (price === undefined ? 'unknown' : 'known'),
    },
  },
};

/** `u_1` consented to marketing; `u_2` and `u_3` did not. */
const MARKETING = { client: 'mail-campaign', purpose: 'marketing.recommendation' } as const;
const given = { entries: [{ purpose: 'marketing.recommendation', state: 'GIVEN' }] } as const;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [accounts, scores],
    states: { 'user:1': given },
    override: { disclosure: 'collapsed' },
  });
});
afterAll(async () => await gateway.close());
beforeEach(() => {
  failing.clear();
  gateway.forget();
});

/** The answer and what the subgraphs were sent for it, keys and required inputs aside. */
async function outcome(request: TestRequest) {
  gateway.forget();
  const { status, text } = await gateway.send({ ...MARKETING, ...request });
  return { status, text, sent: gateway.sent('accounts') };
}

describe('the failure of a denied field', () => {
  it.each([
    { name: 'beside others in a list', fields: ['email'], query: '{ users { label email } }' },
    { name: 'by itself', fields: ['email'], query: '{ users { email } }' },
    { name: 'in one object', fields: ['email'], query: '{ me { label email } }' },
    { name: 'with one of another fate', fields: ['email', 'name'], query: '{ users { email name } }' },
    { name: 'under an alias', fields: ['email'], query: '{ users { label: email email: label } }' },
    {
      name: 'in a fragment',
      fields: ['email'],
      query: '{ users { label ...F } } fragment F on User { email }',
    },
    { name: 'on an interface', fields: ['email'], query: '{ parties { label email } }' },
    {
      name: 'on some types of an interface',
      fields: ['email'],
      query: '{ parties { label ... on User { email } } }',
    },
    {
      name: 'in an object of a person',
      fields: ['profile'],
      query: '{ users { label profile { bio email } } }',
    },
    {
      name: 'all that an object was asked for',
      fields: ['profile'],
      query: '{ users { label profile { email } } }',
    },
    { name: 'that holds objects', fields: ['home', 'city'], query: '{ users { label home { city } } }' },
    {
      name: 'in a denied object',
      fields: ['name', 'home'],
      query: '{ users { label home { owner { label name } } } }',
    },
    { name: 'further down', fields: ['email'], query: '{ users { label friend { label email } } }' },
    {
      name: 'that another subgraph requires',
      fields: ['email'],
      query: '{ users { label email } me { label } }',
    },
    {
      name: 'beside what another subgraph requires',
      fields: ['work'],
      query: '{ users { label work score } }',
    },
    {
      name: 'beside a part of a personal object that another subgraph requires',
      fields: ['street'],
      query: '{ users { label home { street } area } }',
    },
    {
      name: 'beside a part of a nullable personal object that another subgraph requires',
      fields: ['street'],
      query: '{ users { label den { street } zone } }',
    },
    {
      name: 'with other arguments than another subgraph requires',
      fields: ['price'],
      query: '{ users { label price(in: "USD") cost } }',
    },
    { name: 'in a list below a person', fields: ['text'], query: '{ users { label notes { title text } } }' },
    { name: 'of somebody who is no entity', fields: ['guest'], query: '{ guests { label email } }' },
    {
      name: 'in what a mutation returns',
      fields: ['email'],
      query: 'mutation { touch(id: "2") { label email } count }',
    },
    { name: 'of a mutation', fields: ['reveal'], query: 'mutation { reveal(id: "2") count }' },
    {
      name: 'in what a mutation returns of no entity',
      fields: ['guest'],
      query: 'mutation { greet(id: "2") { label email } }',
    },
  ])('$name shows nowhere', async ({ fields, query }) => {
    const sound = await outcome({ query });
    expect(sound.text).not.toContain('canary-cause');
    for (const how of ['throws', 'null'] as const) {
      for (const field of fields) for (const id of ['2', '3']) failing.set(`${field} ${id}`, how);
      expect(await outcome({ query })).toEqual(sound);
    }
  });
});

describe('what is permitted', () => {
  it('is shown beside denied fields that fail', async () => {
    failing.set('email 2', 'throws');
    const { data, errors } = await gateway.send({ ...MARKETING, query: '{ users { label email } }' });
    expect(data).toEqual({
      users: [
        { label: 'User 1', email: 'canary-email-1@example.com' },
        { label: 'User 2', email: EMAIL },
        { label: 'User 3', email: EMAIL },
      ],
    });
    expect(errors).toEqual([]);
  });

  it('fails as GraphQL says', async () => {
    failing.set('email 1', 'throws');
    const { data, errors } = await gateway.send({
      ...MARKETING,
      query: '{ me { label } users { label email } }',
    });
    expect(data).toBeNull();
    expect(errors.map(({ path }) => path)).toEqual([['users', 0, 'email']]);
  });

  it('is shown of people who are no entities where all permit', async () => {
    const query = '{ guest { label email } }';
    const { data } = await gateway.send({ ...MARKETING, query });
    expect(data).toEqual({ guest: { label: 'Guest 1', email: 'canary-guest-1@example.com' } });
  });

  it('is withheld of people who are no entities where one does not', async () => {
    const { data } = await gateway.send({ ...MARKETING, query: '{ guests { label email } }' });
    expect(data).toEqual({ guests: ids.map((id) => ({ label: `Guest ${id}`, email: EMAIL })) });
    expect(
      gateway
        .sent('accounts')
        .map(({ query }) => query)
        .join(),
    ).not.toContain('email');
  });

  it('feeds what requires it', async () => {
    failing.set('email 2', 'throws');
    const { data } = await gateway.send({ ...MARKETING, query: '{ users { label name score } }' });
    expect(data).toMatchObject({
      users: [{ score: 'known' }, { label: 'User 2', name: NAME, score: null }, { score: 'known' }],
    });
  });
});

it('asks nothing more where nothing personal is non-null', async () => {
  await gateway.send({ ...MARKETING, query: '{ users { id label friend { id label } } }' });
  expect(gateway.sent('accounts')).toHaveLength(1);
});
