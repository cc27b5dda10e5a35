import { expect } from 'vitest';
import { startGateway, type TestAnswer, type TestGateway, type TestSubgraph } from '../gatewayHarness.ts';
import type { TestGatewayOptions, TestRequest } from '../gatewayHarness.ts';

/** Begins every value that must not be told; what follows names the field and the subject. */
export const CANARY = 'canary';

/** What a denied name and a denied e-mail show. */
export const NAME = '█████';
export const EMAIL = '█████@masked.invalid';

/** A purpose that depends on each subject's consent, which nobody gave. */
export const MARKETING = { client: 'mail-campaign', purpose: 'marketing.recommendation' } as const;

/** A purpose for which names and contact data are shown, and nothing else is personal here. */
export const SUPPORT = { client: 'support-desk', purpose: 'service.support' } as const;

/** Callers who may see nothing personal: whoever it is about, and for want of consent. */
export const STRANGERS = [
  { who: 'without purpose', caller: {} },
  { who: 'without consent', caller: MARKETING },
] as const;

const person = (id: string) => ({
  __typename: 'User',
  id,
  label: `user ${id}`,
  contact: `canary-contact-${id}@example.com`,
  name: `canary-name-${id}`,
  email: `canary-email-${id}@example.com`,
  nickname: `canary-nickname-${id}`,
  address: { city: `canary-city-${id}`, rooms: [{ label: `canary-room-${id}` }] },
  notes: [[`canary-note-${id}`], []],
});

const users = [person('1'), person('2')];
const company = { __typename: 'Company', id: 'c1', label: 'Example Ltd.', contact: 'desk@example.com' };

const accounts: TestSubgraph = {
  name: 'accounts',
  typeDefs: `
    type Query {
      me: User!
      users: [User!]!
      circles: [[User!]!]!
      parties: [Party!]!
      found: [Found]
      node(id: ID!): Node
    }
    type Mutation {
      touch(id: ID!): User!
      revealEmail(id: ID!): String @personal(category: "contact.email")
    }
    interface Node { id: ID! }
    interface Party { label: String contact: String }
    union Found = User | Company
    type User implements Node & Party @key(fields: "id") @personal(subject: ["id"]) {
      id: ID!
      label: String
      contact: String @personal(category: "contact.email")
      name: String! @personal(category: "identity.name")
      email: String! @shareable @personal(category: "contact.email")
      nickname: String @shareable @personal(category: "identity.nickname")
      address: Address @personal(category: "contact.address")
      notes: [[String!]!] @personal(category: "usage.content")
      broken: String @personal(category: "contact.email")
      failing: String
      friend: User
    }
    type Address { city: String rooms: [Room!]! }
    type Room { label: String! }
    type Company implements Node & Party @key(fields: "id") { id: ID! label: String contact: String }
  `,
  resolvers: {
    Query: {
      me: () => users[1],
      users: () => users,
      circles: () => [[users[1], users[0]], [], [users[1]]],
      parties: () => [company, users[1]],
      found: () => [users[1], company],
      node: (_: unknown, { id }: { id: string }) => [...users, company].find((each) => each.id === id),
    },
    Mutation: {
      touch: (_: unknown, { id }: { id: string }) => users.find((each) => each.id === id),
      revealEmail: (_: unknown, { id }: { id: string }) => users.find((each) => each.id === id)?.email,
    },
    User: {
      __resolveReference: ({ id }: { id: string }) => users.find((each) => each.id === id),
      friend: ({ id }: { id: string }) => users.find((each) => each.id !== id),
      broken: ({ email }: { email: string }) => {
        throw Object.assign(new Error(`no mail for ${email}`), { extensions: { email, code: email } });
      },
      failing: ({ name }: { name: string }) => {
        throw Object.assign(new Error(`nothing for ${name}`), { extensions: { name, code: name } });
      },
    },
  },
};

/** Says what it was given, as any subgraph may. */
const letters: TestSubgraph = {
  name: 'letters',
  typeDefs: `
    type Query { letters: [Letter!]! pen: User! }
    type Letter { id: ID! to: User! @provides(fields: "email") }
    type User @key(fields: "id") {
      id: ID!
      email: String! @external
      name: String! @external
      nickname: String @shareable
      greeting: String! @requires(fields: "name")
      torn: String
    }
  `,
  resolvers: {
    Query: { letters: () => [{ id: 'l1', to: users[1] }], pen: () => users[1] },
    User: {
      greeting: ({ name }: { name: string }) => `Dear ${name}`,
      torn: () => {
        throw new Error('torn by canary-pen');
      },
    },
  },
};

const prints: TestSubgraph = {
  name: 'prints',
  typeDefs: `
    type User @key(fields: "id") {
      id: ID!
      greeting: String! @external
      poster: String @requires(fields: "greeting")
    }
  `,
  resolvers: { User: { poster: ({ greeting }: { greeting: string }) => `POSTER ${greeting}` } },
};

/** Starts the world that most rows of DESIGN §9 are tried in. */
export async function startWorld(override: Partial<TestGatewayOptions> = {}): Promise<TestGateway> {
  return await startGateway({
    subgraphs: [accounts, letters, prints],
    ...override,
  });
}

/** Everything that left the gateway for anybody but subgraphs: the answers whole, log lines and audit lines. */
export function told(
  gateway: TestGateway,
  ...answers: readonly Pick<TestAnswer, 'text' | 'headers'>[]
): string {
  return [
    ...answers.flatMap(({ text, headers }) => [text, JSON.stringify([...headers])]),
    gateway.logged(),
    ...gateway.audited(),
  ].join('\n');
}

/** Everything that subgraphs were sent since the last `forget`. */
export function sent(gateway: TestGateway, ...subgraphs: readonly string[]): string {
  const names = subgraphs.length === 0 ? ['accounts', 'letters', 'prints'] : subgraphs;
  return names.flatMap((name) => gateway.sent(name).map((request) => JSON.stringify(request))).join('\n');
}

/** One request and what it shows to a caller who may see nothing personal. */
export interface LeakRow {
  readonly name: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly expected: unknown;
}

/** Sends a row as somebody who may not see, and expects the data as it should be and no canary anywhere. */
export async function expectNothingTold(
  gateway: TestGateway,
  { query, variables = {}, expected }: LeakRow,
  caller: Pick<TestRequest, 'client' | 'purpose'> = {},
): Promise<TestAnswer> {
  const answer = await gateway.send({ query, variables, ...caller });
  expect(answer.data).toEqual(expected);
  expect(told(gateway, answer)).not.toContain(CANARY);
  return answer;
}

/** Sends a row as somebody who may see it: the canary is shown, so the row can fail. */
export async function expectShown(gateway: TestGateway, { query, variables = {} }: LeakRow): Promise<void> {
  const answer = await gateway.send({ query, variables, ...SUPPORT });
  expect(answer.text).toContain(CANARY);
}
