import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway, type TestSubgraph } from '../gatewayHarness.ts';
import { startPlainGateway, type PlainGateway } from '../plainGateway.ts';

// What each attack is after: it must never be told to anybody but the caller that may see it.
const EMAIL = 'canary-ada@example.com';
const PHONE = '+81 3-5555-0142';

const ada = {
  __typename: 'Member',
  id: 'ada',
  note: 'likes tea',
  email: EMAIL,
  bio: 'Moderator',
  profile: { handle: 'ada-l', phone: PHONE },
};

const accounts: TestSubgraph = {
  name: 'accounts',
  typeDefs: `
    type Query { me: Member! members: [Member!]! person: Person! product: Product! }
    interface Person { id: ID! email: String! }
    type Member implements Person @key(fields: "id") @personal(subject: ["id"]) {
      id: ID!
      note: String!
      email: String! @personal(category: "contact.email")
      bio: String
      profile: Profile!
    }
    type Moderator implements Person @key(fields: "id") @personal(subject: ["id"]) {
      id: ID!
      email: String! @personal(category: "contact.email")
    }
    type Profile @shareable { handle: String! phone: String! @personal(category: "contact.telephone") }
    type Product @key(fields: "id") { id: ID! price(currency: String!): String! label: String! }
  `,
  resolvers: {
    Query: {
      me: () => ada,
      members: () => [ada],
      person: () => ada,
      product: () => ({ id: 'p1', label: 'Tea' }),
    },
    Member: { __resolveReference: () => ada },
    Product: { price: (_: unknown, { currency }: { currency: string }) => `9 ${currency}` },
  },
};

/** Says what it was given, as any subgraph may that computes something of its inputs. */
const posts: TestSubgraph = {
  name: 'posts',
  typeDefs: `
    type Query { author: Member! }
    type Member @key(fields: "id") {
      id: ID!
      note: String! @external
      profile: Profile! @external
      banner: String! @requires(fields: "note")
      badge: String! @requires(fields: "profile { handle }")
      rank: String!
    }
    type Moderator @key(fields: "id") { id: ID! rank: String! }
    type Profile @shareable { handle: String! }
    type Product @key(fields: "id") {
      id: ID!
      price(currency: String!): String! @external
      offer: String! @requires(fields: "price(currency: \\"JPY\\")")
    }
  `,
  resolvers: {
    Query: { author: () => ({ id: 'ada' }) },
    Member: {
      banner: ({ note, id }: { note: string; id: string }) => `${id}: ${note}`,
      badge: ({ profile }: { profile: { handle: string } }) => `badge of ${profile.handle}`,
      rank: ({ id }: { id: string }) => `member ${id}`,
    },
    Moderator: { rank: ({ id }: { id: string }) => `moderator ${id}` },
    Product: { offer: ({ price }: { price: string }) => `only ${price}` },
  },
};

interface Attack {
  readonly name: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** What plain ApolloGateway makes of it; absent where it is right there, but could go wrong here. */
  readonly plain?: unknown;
  /** The right answer, for a caller that may see everything. */
  readonly right: unknown;
}

const BANNER = 'ada: likes tea';
const STOLEN = `ada: ${EMAIL}`;

const attacks: readonly Attack[] = [
  {
    name: 'an alias over an input of @requires sends the e-mail as the note',
    query: '{ me { note: email banner } }',
    plain: { me: { note: EMAIL, banner: STOLEN } },
    right: { me: { note: EMAIL, banner: BANNER } },
  },
  {
    name: 'the same in a list and in an inline fragment',
    query: '{ members { ... on Member { note: email } ... { banner } } }',
    plain: { members: [{ note: EMAIL, banner: STOLEN }] },
    right: { members: [{ note: EMAIL, banner: BANNER }] },
  },
  {
    name: 'the same in a named fragment',
    query: '{ me { ...F banner } } fragment F on Member { note: email }',
    plain: { me: { note: EMAIL, banner: STOLEN } },
    right: { me: { note: EMAIL, banner: BANNER } },
  },
  {
    name: 'the same through an interface',
    query: '{ person { ... on Member { note: email banner } } }',
    plain: { person: { note: EMAIL, banner: STOLEN } },
    right: { person: { note: EMAIL, banner: BANNER } },
  },
  {
    name: 'the same behind a condition',
    query: 'query ($yes: Boolean!) { me { note: email @include(if: $yes) banner } }',
    variables: { yes: true },
    // Both under one key: the subgraph refuses its own part of the plan.
    plain: null,
    right: { me: { note: EMAIL, banner: BANNER } },
  },
  {
    name: 'an alias over an input of @requires in a nested object',
    query: '{ me { profile { handle: phone } badge } }',
    plain: { me: { profile: { handle: PHONE }, badge: `badge of ${PHONE}` } },
    right: { me: { profile: { handle: PHONE }, badge: 'badge of ada-l' } },
  },
  {
    name: 'the same in a fragment of the nested object',
    query: '{ me { profile { ...P } badge } } fragment P on Profile { handle: phone }',
    plain: { me: { profile: { handle: PHONE }, badge: `badge of ${PHONE}` } },
    right: { me: { profile: { handle: PHONE }, badge: 'badge of ada-l' } },
  },
  {
    name: 'an argument replaces the one that @requires names',
    query: '{ product { price(currency: "USD") offer } }',
    plain: { product: { price: '9 USD', offer: 'only 9 USD' } },
    right: { product: { price: '9 USD', offer: 'only 9 JPY' } },
  },
  {
    name: 'another field under the name of a required field with arguments',
    query: '{ product { price: label offer } }',
    plain: { product: { price: 'Tea', offer: 'only Tea' } },
    right: { product: { price: 'Tea', offer: 'only 9 JPY' } },
  },
  {
    name: 'an alias over the key sends the e-mail as the key',
    query: '{ author { id: email banner } }',
    plain: { author: { id: EMAIL, banner: `${EMAIL}: likes tea` } },
    right: { author: { id: EMAIL, banner: BANNER } },
  },
  {
    name: 'an alias over a key that is fetched beside it shows the key for the e-mail',
    query: '{ me { id: email rank } }',
    plain: { me: { id: 'ada', rank: 'member ada' } },
    right: { me: { id: EMAIL, rank: 'member ada' } },
  },
  {
    name: 'an alias named __typename picks the type of the entity',
    query: '{ author { __typename: bio banner } }',
    // No banner is asked for, since the planner takes Ada for a Moderator, who has none.
    plain: null,
    right: { author: { __typename: 'Moderator', banner: BANNER } },
  },
  {
    name: 'an alias named __typename picks a type that cannot be',
    query: '{ person { __typename: email ... on Member { rank } } }',
    plain: null,
    right: { person: { __typename: EMAIL, rank: 'member ada' } },
  },
  {
    name: 'a __typename under the name of a field',
    query: '{ me { note: __typename banner } }',
    plain: { me: { note: 'Member', banner: 'ada: Member' } },
    right: { me: { note: 'Member', banner: BANNER } },
  },
  {
    name: 'aliases that look like keys of ours',
    query:
      '{ me { _s0: email _s1: note _s2: id banner } product { _s0: label _s1: price(currency: "EUR") } }',
    right: {
      me: { _s0: EMAIL, _s1: 'likes tea', _s2: 'ada', banner: BANNER },
      product: { _s0: 'Tea', _s1: '9 EUR' },
    },
  },
  {
    name: 'aliases that every object has by inheritance',
    query: '{ me { __proto__: email constructor: note toString: email hasOwnProperty: id banner } }',
    right: {
      me: JSON.parse(
        `{ "__proto__": "${EMAIL}", "constructor": "likes tea", "toString": "${EMAIL}", "hasOwnProperty": "ada", "banner": "${BANNER}" }`,
      ) as unknown,
    },
  },
  {
    name: 'aliases of objects that every object has by inheritance',
    query: '{ __proto__: me { __proto__: profile { __proto__: phone } } constructor: me { banner } }',
    right: JSON.parse(
      `{ "__proto__": { "__proto__": { "__proto__": "${PHONE}" } }, "constructor": { "banner": "${BANNER}" } }`,
    ) as unknown,
  },
  {
    name: 'variables that every object has by inheritance',
    query: `query ($__proto__: Boolean = false, $constructor: Boolean = true, $toString: String!) {
      product {
        price(currency: $toString) off: label @include(if: $__proto__) on: label @include(if: $constructor) offer
      }
    }`,
    variables: { toString: 'USD' },
    right: { product: { price: '9 USD', on: 'Tea', offer: 'only 9 JPY' } },
  },
  {
    name: 'fragments that every object has by inheritance',
    query: `{ me { ...constructor ...__proto__ banner } }
      fragment constructor on Member { note: email } fragment __proto__ on Member { id }`,
    right: { me: { note: EMAIL, id: 'ada', banner: BANNER } },
  },
];

/** Callers who may not see the e-mail: refused whoever the subject is, and refused by the subject. */
const strangers = [
  { name: 'without purpose', caller: {} },
  {
    name: 'without consent',
    caller: { client: 'mail-campaign', purpose: 'marketing.recommendation' },
  },
];

let ours: TestGateway;
let plain: PlainGateway;

beforeAll(async () => {
  ours = await startGateway({ subgraphs: [accounts, posts] });
  plain = await startPlainGateway(ours.supergraph);
});

afterAll(async () => {
  await plain.close();
  await ours.close();
});

it.each(attacks.filter((attack) => 'plain' in attack))(
  '$name: works on plain ApolloGateway',
  async ({ query, variables = {}, plain: wrong, right }) => {
    const answer = await plain.send({ query, variables });
    expect(answer.data).toEqual(wrong);
    expect(answer.data).not.toEqual(right);
  },
);

describe.each(attacks)('$name', ({ query, variables = {}, right }) => {
  it('gives the right answer to a caller who may see everything', async () => {
    const answer = await ours.send({ query, variables, purpose: 'service.support' });
    expect(answer.errors).toEqual([]);
    expect(JSON.stringify(answer.data)).toBe(JSON.stringify(right));
  });

  it.each(strangers)('tells nothing to a caller $name', async ({ caller }) => {
    ours.forget();
    const answer = await ours.send({ query, variables, ...caller });
    expect(answer.errors).toEqual([]);
    // Everything but what is denied is as it should be.
    expect(unmasked(answer.data, right)).toEqual(right);
    const told = [
      answer.text,
      JSON.stringify([...answer.headers]),
      ours.logged(),
      ...ours.audited(),
      ...['accounts', 'posts'].flatMap((name) => ours.sent(name).map((sent) => JSON.stringify(sent))),
    ].join('\n');
    expect(told).not.toContain(EMAIL);
    expect(told).not.toContain(PHONE);
  });
});

/** The answer with the two constants replaced by what they stand for, own property by own property. */
function unmasked(answer: unknown, right: unknown): unknown {
  const text = JSON.stringify(answer).replaceAll('█████@masked.invalid', EMAIL).replaceAll('+█████', PHONE);
  // Parsed back, so that keys such as `__proto__` are compared as what they are in JSON.
  return text === JSON.stringify(right) ? right : (JSON.parse(text) as unknown);
}
