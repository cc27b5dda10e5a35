import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { MARKETING } from './world.ts';

/** Who stands in the place at each time that it is asked about. */
let comers: readonly string[] = [];
let calls = 0;

const comer = () => {
  const id = comers[Math.min(calls++, comers.length - 1)] ?? '';
  return {
    id,
    number: id,
    phone: `canary-${id}@example.com`,
    email: `canary-${id}@example.com`,
    owner: { id, email: `canary-${id}@example.com` },
  };
};

/** A buyer has no key in this subgraph: what is fetched apart is asked of the order, once more. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    states: { 'user:1': { entries: [{ purpose: 'marketing.recommendation', state: 'GIVEN' }] } },
    subgraphs: [
      {
        name: 'shop',
        typeDefs: `
          type Query { orders: [Order!]! }
          type Order @key(fields: "id") { id: ID! buyer: Buyer shop: Shop }
          type Buyer @personal(subject: ["id"]) {
            id: ID!
            number: String
            phone: String @personal(category: "contact.email")
            email: String! @personal(category: "contact.email")
          }
          type Shop @personal(subject: ["owner { id }"]) {
            number: String
            phone: String @personal(category: "contact.email")
            owner: Owner
            email: String! @personal(category: "contact.email")
          }
          type Owner @personal(subject: ["id"]) {
            id: ID!
            email: String! @personal(category: "contact.email")
          }
        `,
        resolvers: {
          Query: { orders: () => [{ id: 'o' }] },
          Order: {
            __resolveReference: ({ id }: { id: string }) => ({ id }),
            buyer: comer,
            shop: comer,
          },
        },
      },
    ],
  });
});
afterAll(async () => await gateway.close());
beforeEach(() => void (calls = 0));

const shownOf = (id: string): string => `canary-${id}@example.com`;

it.each([
  { place: 'buyer', selected: 'number email', expected: { number: '1', email: shownOf('1') } },
  {
    place: 'shop',
    selected: 'number email owner { email }',
    expected: { number: '1', email: shownOf('1'), owner: { email: shownOf('1') } },
  },
])(
  'what is fetched apart of a $place that stays the same is shown',
  async ({ place, selected, expected }) => {
    comers = ['1'];
    const answer = await gateway.send({ query: `{ orders { ${place} { ${selected} } } }`, ...MARKETING });
    expect(answer.data).toEqual({ orders: [{ [place]: expected }] });
  },
);

it.each(
  [
    { place: 'buyer', selected: 'number phone email' },
    { place: 'shop', selected: 'number phone email' },
    { place: 'shop', selected: 'number phone email owner { email }' },
  ].flatMap((each) => [
    { ...each, ids: ['1', '2'] },
    { ...each, ids: ['2', '1'] },
  ]),
)(
  'a $place that is somebody else’s meanwhile is shown as nobody else’s: $ids, $selected',
  async ({ place, selected, ids }) => {
    comers = ids;
    const answer = await gateway.send({ query: `{ orders { ${place} { ${selected} } } }`, ...MARKETING });
    expect(calls).toBeGreaterThan(1);
    expect(answer.text).not.toContain('canary-2');
    expect(gateway.logged()).not.toContain('canary');
  },
);
