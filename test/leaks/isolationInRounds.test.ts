import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway, type TestSubgraph } from '../gatewayHarness.ts';
import { EMAIL, MARKETING, SUPPORT } from './world.ts';

/** Whose fields fail at this moment: `field id`. */
const failing = new Map<string, 'throws' | 'null'>();

const failed = (field: string, id: string): boolean => {
  if (failing.get(`${field} ${id}`) === 'throws') throw new Error(`no ${field}`);
  return failing.has(`${field} ${id}`);
};
const guest = (id: string) => ({ __typename: 'Guest', id, label: `guest ${id}` });
const user = (id: string) => ({ __typename: 'User', id, label: `user ${id}` });

/** Guests are no entities: what is non-null of them cannot be fetched apart. */
const accounts: TestSubgraph = {
  name: 'accounts',
  typeDefs: `
    type Query { guest: Guest! users: [User!]! members: [Member]! }
    type Guest @personal(subject: ["id"]) {
      id: ID!
      label: String!
      email: String! @personal(category: "contact.email")
      next: Guest! @personal(category: "contact.email")
      peer: Peer! @personal(category: "contact.email")
    }
    type Peer { guest: Guest }
    type User @key(fields: "id") @personal(subject: ["id"]) {
      id: ID!
      label: String!
      home: Home! @personal(category: "contact.email")
      room: Home @personal(category: "contact.email")
    }
    type Home { tenant: Guest }
    type Member @key(fields: "club { code }") @personal(subject: ["id"]) {
      id: ID!
      label: String!
      club: Club! @personal(category: "contact.email", otherwise: "reject")
    }
    type Club { code: ID! motto: String! @personal(category: "contact.email") }
  `,
  resolvers: {
    Query: {
      guest: () => guest('1'),
      users: () => [user('1'), user('2')],
      members: () => ['1', '2'].map((id) => ({ __typename: 'Member', id, label: `member ${id}` })),
    },
    Member: { club: ({ id }: { readonly id: string }) => ({ id, code: `c${id}` }) },
    Club: { motto: ({ id }: { readonly id: string }) => (failed('motto', id) ? null : `motto ${id}`) },
    Guest: {
      email: ({ id }: { readonly id: string }) =>
        failed('email', id) ? null : `canary-email-${id}@example.com`,
      next: () => guest('2'),
      peer: () => ({ guest: guest('2') }),
    },
    User: {
      __resolveReference: ({ id }: { readonly id: string }) => user(id),
      home: ({ id }: { readonly id: string }) => (failed('home', id) ? null : { tenant: guest(id) }),
      room: ({ id }: { readonly id: string }) => (failed('room', id) ? null : { tenant: guest(id) }),
    },
  },
};

/** Entered by what is personal. */
const notes: TestSubgraph = {
  name: 'notes',
  typeDefs: `
    type Member @key(fields: "club { code }") { club: Club! note: String }
    type Club { code: ID! }
  `,
  resolvers: { Member: { note: () => 'note' } },
};

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [accounts, notes],
    states: { 'user:1': { entries: [{ purpose: 'marketing.recommendation', state: 'GIVEN' }] } },
    override: { disclosure: 'collapsed' },
  });
});
afterAll(async () => await gateway.close());
beforeEach(() => failing.clear());

describe('the failure of a denied field', () => {
  it.each([
    {
      name: 'below one that is fetched in the same round',
      fails: 'email 2',
      query: '{ guest { label email peer { guest { email } } } }',
    },
    {
      name: 'below one that stands below itself',
      fails: 'email 2',
      query: '{ guest { label email next { label email next { label } } } }',
    },
    {
      name: 'that holds others who deny',
      fails: 'home 2',
      query: '{ guest { email } users { label home { tenant { email } } } }',
    },
    {
      name: 'that is nullable and holds others who deny',
      fails: 'room 2',
      query: '{ guest { email } users { label room { tenant { email } } } }',
    },
    {
      name: 'below a denied one',
      fails: 'email 2',
      query: '{ guest { email } users { label home { tenant { email } } room { tenant { email } } } }',
    },
    {
      name: 'in a denied object that is part of a key',
      fails: 'motto 2',
      query: '{ members { label club { motto } note } }',
    },
  ])('$name shows nowhere', async ({ query, fails }) => {
    const sound = await gateway.send({ ...MARKETING, query });
    for (const how of ['throws', 'null'] as const) {
      failing.set(fails, how);
      expect((await gateway.send({ ...MARKETING, query })).text).toBe(sound.text);
    }
  });
});

describe('what everybody permits', () => {
  it('is shown below what is fetched in an earlier round', async () => {
    const query = '{ guest { email peer { guest { email } } } }';
    const { data } = await gateway.send({ ...SUPPORT, query });
    expect(data).toEqual({
      guest: {
        email: 'canary-email-1@example.com',
        peer: { guest: { email: 'canary-email-2@example.com' } },
      },
    });
  });

  it('is denied to all where somebody denies who is found in a later round', async () => {
    const query = '{ guest { email peer { guest { email } } } }';
    const { data } = await gateway.send({ ...MARKETING, query });
    expect(data).toEqual({ guest: { email: EMAIL, peer: { guest: { email: EMAIL } } } });
  });

  it('is shown whoever stands below a denied object', async () => {
    const query = '{ guest { email } users { room { tenant { email } } } }';
    const { data } = await gateway.send({ ...MARKETING, query });
    const guest = { email: 'canary-email-1@example.com' };
    expect(data).toEqual({ guest, users: [{ room: { tenant: guest } }, { room: null }] });
  });
});
