import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { EMAIL, MARKETING } from './world.ts';

const OWNERS = ['1', '2'];

/** What the subgraph of names says of every cat, beside its name. */
let forged: Readonly<Record<string, unknown>> = {};

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    states: { 'user:1': { entries: [{ purpose: 'marketing.recommendation', state: 'GIVEN' }] } },
    subgraphs: [
      {
        name: 'shelter',
        typeDefs: `
          type Query { pets: [Pet!]! }
          interface Pet { id: ID! }
          type Cat implements Pet @key(fields: "id") @personal(subject: ["owner"]) {
            id: ID!
            owner: ID
            keeper: Keeper
            email: String @personal(category: "contact.email")
            phone: String @personal(category: "contact.email", subject: ["keeper { id }"])
          }
          type Keeper @shareable { id: ID }
          type Dog implements Pet @key(fields: "id") { id: ID! }
        `,
        resolvers: {
          Query: {
            pets: () => [
              ...OWNERS.map((id) => ({
                __typename: 'Cat',
                id: `c${id}`,
                owner: id,
                keeper: { id },
                email: `canary-${id}@example.com`,
                phone: `canary-phone-${id}@example.com`,
              })),
              { __typename: 'Dog', id: 'd' },
            ],
          },
        },
      },
      {
        name: 'names',
        typeDefs: `
          type Cat @key(fields: "id") { id: ID! name: String }
          type Dog @key(fields: "id") { id: ID! name: String owner: ID keeper: Keeper }
          type Keeper @shareable { id: ID }
        `,
        resolvers: {
          Cat: { name: ({ id }: { id: string }) => `cat ${id}` },
          Dog: { name: () => 'dog', owner: () => 'farm', keeper: () => ({ id: 'farm' }) },
        },
        onWire: (json) =>
          JSON.stringify(JSON.parse(json), (_, value: unknown) =>
            typeof value === 'object' && value !== null && 'name' in value && value.name !== 'dog'
              ? { ...value, ...forged }
              : value,
          ),
      },
    ],
  });
});
afterAll(async () => await gateway.close());

it.each([
  { name: 'nothing', given: {} },
  { name: 'an id that it owns of dogs', given: { owner: '1' } },
  { name: 'an object that it owns of dogs', given: { keeper: { id: '1' } } },
  { name: 'a type that it was not asked for', given: { __typename: 'Dog' } },
  { name: 'all of them', given: { __typename: 'Dog', owner: '1', keeper: { id: '1' } } },
])('a subgraph that says of cats, beside their names, $name changes nothing', async ({ given }) => {
  forged = given;
  const query = '{ pets { ... on Cat { email phone name } ... on Dog { name owner keeper { id } } } }';
  const answer = await gateway.send({ query, ...MARKETING });
  expect(answer.data).toEqual({
    pets: [
      { email: 'canary-1@example.com', phone: 'canary-phone-1@example.com', name: 'cat c1' },
      { email: EMAIL, phone: EMAIL, name: 'cat c2' },
      { name: 'dog', owner: 'farm', keeper: { id: 'farm' } },
    ],
  });
});
