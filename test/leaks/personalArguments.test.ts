import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { CANARY, sent, told } from './world.ts';

const users = [{ id: '1', label: 'one' }];

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'accounts',
        typeDefs: `
          type Query {
            byEmail(email: String @personal(category: "contact.email")): [User!]!
            byCity(city: String = "canary-default" @personal(category: "contact.address")): [User!]!
            find(filter: Filter, order: [Order!] = [ID]): [User!]!
            me: User!
          }
          input Filter { label: String, any: [Filter!], address: String @personal(category: "contact.address") }
          enum Order { ID LABEL CITY @personal(category: "contact.address") }
          interface Person { has(email: String @personal(category: "contact.email")): Boolean }
          type User implements Person @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            label: String
            has(email: String): Boolean
          }
        `,
        resolvers: {
          Query: { byEmail: () => users, byCity: () => users, find: () => users, me: () => users[0] },
          User: { has: () => true },
        },
      },
    ],
  });
});

afterAll(async () => await gateway.close());

interface Row {
  readonly name: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const refused: readonly Row[] = [
  { name: 'a literal', query: '{ byEmail(email: "canary@example.com") { id } }' },
  {
    name: 'a variable',
    query: 'query ($e: String) { byEmail(email: $e) { id } }',
    variables: { e: 'canary@example.com' },
  },
  {
    name: 'a default of the operation',
    query: 'query ($e: String = "canary@example.com") { byEmail(email: $e) { id } }',
  },
  { name: 'a default of the schema', query: '{ byCity { id } }' },
  { name: 'an explicit null', query: '{ byCity(city: null) { id } }' },
  {
    name: 'an explicit null in a variable',
    query: 'query ($e: String) { byEmail(email: $e) { id } }',
    variables: { e: null },
  },
  { name: 'a field of an input', query: '{ find(filter: { address: "canary" }) { id } }' },
  { name: 'an explicit null in a field of an input', query: '{ find(filter: { address: null }) { id } }' },
  {
    name: 'a field of an input in a list in a variable',
    query: 'query ($f: Filter) { find(filter: $f) { id } }',
    variables: { f: { any: [{ label: 'x' }, { any: { address: 'canary' } }] } },
  },
  { name: 'an order by a personal value', query: '{ find(order: CITY) { id } }' },
  {
    name: 'an order among others, in a variable',
    query: 'query ($o: Order!) { find(order: [ID, $o]) { id } }',
    variables: { o: 'CITY' },
  },
  {
    name: 'an argument that only an interface annotates',
    query: '{ me { has(email: "canary@example.com") } }',
  },
  { name: 'in a fragment', query: '{ ...F } fragment F on Query { byEmail(email: "canary") { id } }' },
  { name: 'under another name', query: '{ find: byEmail(email: "canary") { id } }' },
  {
    name: 'a selection that is switched on',
    query: 'query ($y: Boolean!) { byEmail(email: "canary") @include(if: $y) { id } me { id } }',
    variables: { y: true },
  },
];

describe('arguments that find or order by personal data', () => {
  it.each(refused)('are refused before anything is fetched: $name', async ({ query, variables = {} }) => {
    gateway.forget();
    // `communication.necessary` may be told addresses and lists none of them under `lookups`.
    const answer = await gateway.send({ query, variables, purpose: 'communication.necessary' });
    expect(answer.status).toBe(403);
    expect(answer.errors.map(({ extensions }) => extensions?.['code'])).toEqual([
      'PERSONAL_ARGUMENT_REJECTED',
    ]);
    expect(answer.data).toBeUndefined();
    expect(told(gateway, answer)).not.toContain(CANARY);
    expect(sent(gateway, 'accounts')).toBe('');
  });

  const allowed: readonly Row[] = [
    {
      name: 'nothing personal among the arguments',
      query: '{ find(filter: { label: "x" }, order: LABEL) { id } }',
    },
    {
      name: 'a selection that is switched off',
      query: 'query ($y: Boolean!) { byEmail(email: "canary") @include(if: $y) { id } me { id } }',
      variables: { y: false },
    },
    { name: 'an argument that is left out', query: '{ byEmail { id } }' },
    {
      name: 'a variable that is left out',
      query: 'query ($e: String) { byEmail(email: $e) { id } }',
    },
  ];
  it.each(allowed)('are not looked for where there are none: $name', async ({ query, variables = {} }) => {
    gateway.forget();
    const answer = await gateway.send({ query, variables, purpose: 'communication.necessary' });
    expect(answer.errors).toEqual([]);
    expect(sent(gateway, 'accounts')).not.toContain(CANARY);
  });

  it('are served for a purpose that lists the category under lookups, and for no other category', async () => {
    gateway.forget();
    const listed = await gateway.send({
      query: '{ byEmail(email: "canary@example.com") { id } }',
      purpose: 'service.support',
    });
    expect(listed.data).toEqual({ byEmail: [{ id: '1' }] });
    expect(told(gateway, listed)).not.toContain(CANARY);
    const unlisted = await gateway.send({ query: '{ byCity { id } }', purpose: 'service.support' });
    expect(unlisted.status).toBe(403);
  });
});
