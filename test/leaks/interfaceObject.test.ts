import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { CANARY, EMAIL, expectNothingTold, expectShown, NAME, STRANGERS, type LeakRow } from './world.ts';

const media = [
  { __typename: 'Song', id: 's1', owner: 'u1' },
  { __typename: 'Film', id: 'f1', owner: 'u2' },
];

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'media',
        typeDefs: `
          type Query { media: [Media!]! song: Song! }
          interface Media @key(fields: "id") { id: ID! owner: ID! }
          type Song implements Media @key(fields: "id") @personal(subject: ["owner"]) { id: ID! owner: ID! }
          type Film implements Media @key(fields: "id") @personal(subject: ["owner"]) { id: ID! owner: ID! }
        `,
        resolvers: {
          Query: { media: () => media, song: () => media[0] },
          Media: {
            __resolveReference: ({ id }: { id: string }) => media.find((each) => each.id === id),
          },
        },
      },
      {
        // Knows neither songs nor films: what it says of media, it says of both.
        name: 'mail',
        typeDefs: `
          type Query { newest: Media! }
          type Media @key(fields: "id") @interfaceObject {
            id: ID!
            email: String! @personal(category: "contact.email")
            by: String @personal(category: "identity.name")
          }
        `,
        resolvers: {
          Query: { newest: () => ({ id: 's1', email: 'canary-s1@example.com', by: 'canary-by-s1' }) },
          Media: {
            __resolveReference: ({ id }: { id: string }) => ({
              id,
              email: `canary-${id}@example.com`,
              by: `canary-by-${id}`,
            }),
          },
        },
      },
    ],
  });
});

afterAll(async () => await gateway.close());

const rows: readonly LeakRow[] = [
  {
    name: 'through the interface',
    query: '{ media { email by } }',
    expected: {
      media: [
        { email: EMAIL, by: NAME },
        { email: EMAIL, by: NAME },
      ],
    },
  },
  {
    name: 'on an implementer',
    query: '{ song { email } media { ... on Film { by } } }',
    expected: { song: { email: EMAIL }, media: [{}, { by: NAME }] },
  },
  {
    name: 'from the subgraph that knows no implementer',
    query: '{ newest { id: email ... on Song { by } } }',
    expected: { newest: { id: EMAIL, by: NAME } },
  },
];

describe.each(STRANGERS)('fields of interface objects, asked $who', ({ caller }) => {
  it.each(rows)('tell nothing: $name', async (row) => {
    gateway.forget();
    await expectNothingTold(gateway, row, caller);
    const sent = [...gateway.sent('media'), ...gateway.sent('mail')];
    expect(JSON.stringify(sent)).not.toContain(CANARY);
  });
});

it.each(rows)('tell a caller who may know: $name', async (row) => await expectShown(gateway, row));
