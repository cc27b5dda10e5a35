import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { CANARY, EMAIL, NAME, sent, STRANGERS, SUPPORT, told } from './world.ts';

/** Names that every object of JavaScript has, and one that sets its prototype. */
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
];

/** Those that a schema may use: the others are reserved for introspection. */
const SCHEMA_NAMES = NAMES.filter((name) => !name.startsWith('__'));

const user = { id: '2', name: 'canary-name-2', email: 'canary-email-2@example.com', label: 'two' };

/** The user, with fields of hostile names that hold objects of hostile names. */
const whole = (): object => ({
  ...user,
  ...Object.fromEntries(
    SCHEMA_NAMES.map((name) => [
      name,
      () => Object.fromEntries(SCHEMA_NAMES.map((below) => [below, () => `canary-${name}-${below}`])),
    ]),
  ),
});

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'accounts',
        typeDefs: `
          type Query {
            me: User!
            pick(${SCHEMA_NAMES.map((name) => `${name}: String`).join(' ')} kind: Kind, by: By): String
            find(${SCHEMA_NAMES.map((name) => `${name}: String @personal(category: "contact.address")`).join(' ')}): String
            order(by: Order): String
          }
          enum Kind { ${SCHEMA_NAMES.join(' ')} }
          enum Order { ID ${SCHEMA_NAMES.map((name) => `${name} @personal(category: "contact.address")`).join(' ')} }
          input By { ${SCHEMA_NAMES.map((name) => `${name}: String`).join(' ')} secret: String @personal(category: "contact.address") }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            label: String
            name: String! @personal(category: "identity.name")
            email: String! @personal(category: "contact.email")
            ${SCHEMA_NAMES.map((name) => `${name}: Hostile @personal(category: "contact.email")`).join('\n')}
          }
          type Hostile { ${SCHEMA_NAMES.map((name) => `${name}: String`).join(' ')} }
        `,
        resolvers: {
          Query: {
            me: () => whole(),
            pick: () => 'picked',
            find: () => 'found',
            order: () => 'ordered',
          },
          User: { __resolveReference: () => whole() },
        },
      },
    ],
  });
});

afterAll(async () => await gateway.close());

const own = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined,
    value,
  );

const send = async (query: string, variables: string, caller: { client?: string; purpose?: string }) => {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-client-id': caller.client ?? 'support-desk',
      ...(caller.purpose === undefined ? {} : { 'x-purpose': caller.purpose }),
    },
    // Written by hand: an object literal would lose `__proto__`.
    body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
  });
  const text = await response.text();
  return { text, headers: response.headers, answer: JSON.parse(text) as unknown };
};

describe.each(NAMES)('what a client calls %s', (name) => {
  const operations = [
    { as: 'an alias', query: `{ me { ${name}: email label } }`, key: name },
    { as: 'an alias above', query: `{ ${name}: me { email } }`, key: 'email', above: name },
    { as: 'two aliases', query: `{ ${name}: me { ${name}: email } }`, key: name, above: name },
    { as: 'an operation', query: `query ${name} { me { email } }`, key: 'email' },
    {
      as: 'a fragment',
      query: `{ me { ...${name} } } fragment ${name} on User { ${name}: email }`,
      key: name,
    },
    {
      as: 'a variable',
      query: `query ($${name}: Boolean!) { me { email @include(if: $${name}) name @skip(if: $${name}) } }`,
      variables: `{"${name}": true}`,
      key: 'email',
    },
    {
      as: 'a variable’s default',
      query: `query ($${name}: Boolean! = true) { me { email @include(if: $${name}) } }`,
      key: 'email',
    },
  ];

  it.each(operations)(
    'as $as shows no more than it may',
    async ({ query, variables = '{}', key, above = 'me' }) => {
      for (const { caller } of STRANGERS) {
        const { answer, ...rest } = await send(query, variables, caller);
        expect(own(answer, 'data', above, key)).toBe(EMAIL);
        expect(told(gateway, rest)).not.toContain(CANARY);
      }
      const { answer } = await send(query, variables, SUPPORT);
      expect(own(answer, 'data', above, key)).toBe(user.email);
    },
  );

  it('pollutes no object', async () => {
    await send(`{ me { ${name}: label } }`, `{"${name}": {"polluted": "canary"}, "polluted": 1}`, {});
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Reflect.get(() => undefined, 'polluted')).toBeUndefined();
  });
});

describe.each(SCHEMA_NAMES)('what a schema calls %s', (name) => {
  it.each(STRANGERS)('as a field is denied, asked $who', async ({ caller }) => {
    const query = `{ me { ${name} { ${SCHEMA_NAMES.join(' ')} } x: ${name} { ${name} } } }`;
    const answer = await gateway.send({ query, ...caller });
    expect(own(answer.data, 'me', name)).toBeNull();
    expect(own(answer.data, 'me', 'x')).toBeNull();
    expect(told(gateway, answer)).not.toContain(CANARY);
  });

  it('as a field is shown to a caller who may know', async () => {
    const answer = await gateway.send({ query: `{ me { ${name} { ${name} } name } }`, ...SUPPORT });
    expect(own(answer.data, 'me', name, name)).toBe(`canary-${name}-${name}`);
    expect(own(answer.data, 'me', 'name')).toBe(user.name);
  });

  it.each([
    { as: 'an argument', query: `{ find(${name}: "canary") }` },
    { as: 'an argument that is null', query: `{ find(${name}: null) }` },
    { as: 'an enum value', query: `{ order(by: ${name}) }` },
    { as: 'an enum value by variable', query: 'query ($o: Order) { order(by: $o) }', variables: { o: name } },
    {
      as: 'an argument by variable',
      query: `query ($v: String) { find(${name}: $v) }`,
      variables: { v: 'canary' },
    },
    { as: 'a neighbour of an input field', query: `{ pick(by: { ${name}: "x", secret: "canary" }) }` },
  ])('as $as that finds by personal data is refused', async ({ query, variables = {} }) => {
    gateway.forget();
    const answer = await gateway.send({ query, variables, purpose: 'communication.necessary' });
    expect(answer.errors.map(({ extensions }) => extensions['code'])).toEqual(['PERSONAL_ARGUMENT_REJECTED']);
    expect(sent(gateway, 'accounts')).toBe('');
    expect(told(gateway, answer)).not.toContain(CANARY);
  });

  it.each([
    { as: 'an argument', query: `{ pick(${name}: "x") }` },
    { as: 'an enum value', query: `{ pick(kind: ${name}) }` },
    { as: 'an input field', query: `{ pick(by: { ${name}: "x" }) }` },
  ])('as $as that is nobody’s is served', async ({ query }) => {
    expect((await gateway.send({ query })).data).toEqual({ pick: 'picked' });
  });
});

it('names of objects that no schema has are no fields', async () => {
  for (const name of NAMES.filter((each) => each.startsWith('__'))) {
    const { status, data } = await gateway.send({ query: `{ me { ${name} } }` });
    expect([status, data]).toEqual([400, undefined]);
  }
  expect(NAME).not.toContain(CANARY);
});
