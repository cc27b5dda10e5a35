import { afterAll, beforeAll, expect, it } from 'vitest';
import { FEDERATION_HEADER, startGateway, type TestGateway } from '../../gatewayHarness.ts';

const cat = { __typename: 'Cat', id: '1', tame: false, note: null };

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'pets',
        header: FEDERATION_HEADER,
        typeDefs: `
          type Query { pets: [Pet!]! }
          union Pet = Dog | Cat
          type Dog @key(fields: "id") { id: ID! tame: Boolean! note: [String] }
          type Cat @key(fields: "id") { id: ID! tame: Boolean note: String }
        `,
        resolvers: {
          Query: { pets: () => [{ __typename: 'Dog', id: '2', tame: true, note: [] }, cat] },
          Cat: { __resolveReference: () => cat },
        },
      },
      {
        name: 'labels',
        header: FEDERATION_HEADER,
        typeDefs: `
          type Cat @key(fields: "id") {
            id: ID!
            tame: Boolean @external
            note: String @external
            label: String @requires(fields: "note tame")
          }
        `,
        resolvers: { Cat: { label: ({ note, tame }: typeof cat) => JSON.stringify([note, tame]) } },
      },
    ],
  });
});
afterAll(async () => await gateway.close());

it('fields that would clash in a subgraph have their names back, whatever their values', async () => {
  const query = '{ pets { ... on Dog { tame note } ... on Cat { label wild: tame text: note } } }';
  const { data } = await gateway.send({ query });
  expect(data).toEqual({
    pets: [
      { tame: true, note: [] },
      { label: '[null,false]', wild: false, text: null },
    ],
  });
});
