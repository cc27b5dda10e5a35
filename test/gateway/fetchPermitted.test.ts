import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { EMAIL, MARKETING } from '../leaks/world.ts';

/** Guests are no entities, so that nobody's e-mail can be fetched apart from the others'. */
const guest = (id: string) => ({ id, label: `guest ${id}`, email: `canary-email-${id}@example.com` });
const shown = (id: string) => ({ label: `guest ${id}`, email: `canary-email-${id}@example.com` });
const hidden = (id: string) => ({ label: `guest ${id}`, email: EMAIL });

let gateway: TestGateway;
/** Ids of those who are there, each time that they are asked for; the last stays. */
let turns: string[][] = [];
let greeted = 0;

beforeAll(async () => {
  const given = { entries: [{ purpose: 'marketing.recommendation', state: 'GIVEN' }] } as const;
  gateway = await startGateway({
    states: { 'user:1': given, 'user:2': given },
    subgraphs: [
      {
        name: 'accounts',
        typeDefs: `
          type Query { guests: [Guest!]! }
          type Mutation { greet(id: ID!): Guest! }
          type Guest @personal(subject: ["id"]) {
            id: ID!
            label: String!
            email: String! @personal(category: "contact.email")
          }
        `,
        resolvers: {
          Query: { guests: () => ((turns.length > 1 ? turns.shift() : turns[0]) ?? []).map(guest) },
          Mutation: {
            greet: (_: unknown, { id }: { readonly id: string }) => {
              greeted += 1;
              return guest(id);
            },
          },
        },
      },
    ],
  });
});
afterAll(async () => await gateway.close());
beforeEach(() => {
  greeted = 0;
  gateway.forget();
});

const query = '{ guests { label email } }';

describe('what cannot be fetched apart', () => {
  it.each([
    { name: 'where all permit', turn: ['1', '2'], expected: [shown('1'), shown('2')] },
    { name: 'not where the first does not', turn: ['3', '1'], expected: [hidden('3'), hidden('1')] },
    { name: 'not where the last does not', turn: ['1', '3'], expected: [hidden('1'), hidden('3')] },
  ])('is fetched $name', async ({ turn, expected }) => {
    turns = [turn];
    const { data } = await gateway.send({ ...MARKETING, query });
    expect(data).toEqual({ guests: expected });
  });

  it('stays unseen where somebody who denies comes meanwhile, and the answer is the one before', async () => {
    turns = [['1'], ['1', '3']];
    const { data } = await gateway.send({ ...MARKETING, query });
    expect(data).toEqual({ guests: [hidden('1')] });
    expect(gateway.sent('accounts')).toHaveLength(2);
  });

  it('stays unseen in what a mutation returns, which runs once', async () => {
    const { data } = await gateway.send({
      ...MARKETING,
      query: 'mutation { greet(id: "1") { label email } }',
    });
    expect(data).toEqual({ greet: hidden('1') });
    expect(greeted).toBe(1);
  });
});
