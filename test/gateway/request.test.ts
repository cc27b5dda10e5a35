import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';

const people = [
  { id: '1', name: 'Ada Example', email: 'ada@example.com', note: 'n1', address: { city: 'Kyoto' } },
  { id: '2', name: 'Bob Example', email: 'bob@example.com', note: 'n2', address: { city: 'Osaka' } },
];

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'people',
        typeDefs: `
          type Query { people: [Person!]! person(id: ID!): Person }
          type Person @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            name: String! @personal(category: "identity.name")
            email: String @personal(category: "contact.email")
            note: String
            address: Address
          }
          type Address @personal(category: "contact.address") { city: String }
        `,
        resolvers: {
          Query: {
            people: () => people,
            person: (_: unknown, { id }: { id: string }) => people.find((each) => each.id === id),
          },
          Person: {
            __resolveReference: ({ id }: { id: string }) => people.find((each) => each.id === id),
          },
        },
      },
      {
        name: 'jobs',
        typeDefs: `
          type Person @key(fields: "id") { id: ID! name: String! @external title: String @requires(fields: "name") }
        `,
        resolvers: {
          Person: { title: ({ name }: { name: string }) => `Dr ${name}` },
        },
      },
    ],
    states: {
      'user:1': { entries: [{ purpose: 'marketing.recommendation', state: 'GIVEN' }] },
    },
  });
});

afterAll(async () => await gateway.close());

describe('a request', () => {
  it('shows what its purpose and the subjects permit, row by row', async () => {
    const answer = await gateway.send({
      client: 'mail-campaign',
      purpose: 'marketing.recommendation',
      query: '{ people { key: id name email title address { city } } }',
    });
    expect(answer.data).toEqual({
      people: [
        {
          key: '1',
          name: 'Ada Example',
          email: 'ada@example.com',
          title: 'Dr Ada Example',
          address: { city: 'Kyoto' },
        },
        {
          key: '2',
          name: '█████',
          email: '█████@masked.invalid',
          title: '█████',
          address: { city: '█████' },
        },
      ],
    });
    expect(answer.extensions['privacy']).toMatchObject({ purpose: 'marketing.recommendation' });
  });

  it('does not fetch what no subject could permit', async () => {
    gateway.forget();
    const answer = await gateway.send({ query: '{ people { note name email title } }' });
    expect(answer.data).toEqual({
      people: [
        { note: 'n1', name: '█████', email: '█████@masked.invalid', title: '█████' },
        { note: 'n2', name: '█████', email: '█████@masked.invalid', title: '█████' },
      ],
    });
    expect(gateway.sent('people').map(({ query }) => query)).toEqual(['{people{note}}']);
    expect(gateway.sent('jobs')).toEqual([]);
    expect(gateway.asked()).toEqual([]);
  });
});
