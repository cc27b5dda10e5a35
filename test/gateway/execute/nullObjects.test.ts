import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../../gatewayHarness.ts';
import { SUPPORT } from '../../leaks/world.ts';

const user = ({ id }: { readonly id: string }) => ({ __typename: 'User', id });

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'accounts',
        typeDefs: `
          type Query { me: User! }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            label: String
            best: User! @personal(category: "identity.name")
            mate: User
          }
        `,
        resolvers: {
          Query: { me: () => user({ id: '1' }) },
          User: { __resolveReference: user, best: () => user({ id: '2' }), mate: () => null },
        },
      },
      {
        name: 'clubs',
        typeDefs: `
          type User @key(fields: "id") {
            id: ID!
            label: String @external
            mate: User @external
            motto: String @requires(fields: "mate { label }")
          }
        `,
        resolvers: {
          User: { motto: ({ mate }: { mate: unknown }) => (mate === null ? 'alone' : 'not alone') },
        },
      },
    ],
  });
});
afterAll(async () => await gateway.close());

it('an object that is null is known to be, though what leads to it is fetched apart', async () => {
  const { data } = await gateway.send({ ...SUPPORT, query: '{ me { best { motto mate { label } } } }' });
  expect(data).toEqual({ me: { best: { motto: 'alone', mate: null } } });
});
