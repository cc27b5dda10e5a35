import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../../gatewayHarness.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'catalogue',
        typeDefs: `
          interface Media @key(fields: "id") { id: ID! }
          interface Printed { pages: Int }
          interface Heard { minutes: Int }
          type Book implements Media & Printed @key(fields: "id") { id: ID! pages: Int }
          type Leaflet implements Media & Printed @key(fields: "id") { id: ID! pages: Int }
          type Tape implements Media & Heard @key(fields: "id") { id: ID! minutes: Int }
        `,
        resolvers: {
          Media: {
            __resolveType: ({ id }: { id: string }) => id,
            __resolveReference: ({ id }: { id: string }) => ({ id }),
          },
          Book: { __resolveReference: ({ id }: { id: string }) => ({ id }), pages: () => 300 },
          Leaflet: { __resolveReference: ({ id }: { id: string }) => ({ id }), pages: () => 2 },
          Tape: { __resolveReference: ({ id }: { id: string }) => ({ id }), minutes: () => 45 },
        },
      },
      {
        name: 'shelves',
        typeDefs: `
          type Query { shelf: [Media!]! }
          type Media @interfaceObject @key(fields: "id") { id: ID! }
        `,
        resolvers: { Query: { shelf: () => [{ id: 'Book' }, { id: 'Tape' }, { id: 'Leaflet' }] } },
      },
    ],
  });
});
afterAll(async () => await gateway.close());

it('answers fragments on other interfaces, at which the planner fails', async () => {
  const query = '{ shelf { ... on Printed { pages } ... on Heard { length: minutes ... on Media { id } } } }';
  expect(await gateway.send({ query })).toMatchObject({
    data: { shelf: [{ pages: 300 }, { length: 45, id: 'Tape' }, { pages: 2 }] },
    errors: [],
  });
});
