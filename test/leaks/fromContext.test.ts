import { describe, expect, it } from 'vitest';
import { fieldRules } from '../../directives/fieldRules.ts';
import { composeTest, startGateway, type TestSubgraph } from '../gatewayHarness.ts';

const subgraphs: readonly TestSubgraph[] = [
  {
    name: 'accounts',
    typeDefs: `
      type Query { me: User! }
      type User @key(fields: "id") @context(name: "user") @personal(subject: ["id"]) {
        id: ID!
        plan: String
        email: String! @personal(category: "contact.email")
        contact: Contact @personal(category: "contact.address")
        item: Item!
      }
      type Contact { city: String }
      type Item @key(fields: "id") {
        id: ID!
        line(email: String @fromContext(field: "$user { email }")): String
        place(city: String @fromContext(field: "$user { contact { city } }")): String
        price(plan: String @fromContext(field: "$user { plan }")): Int
      }
    `,
    resolvers: {
      Query: {
        me: () => ({ id: '2', email: 'canary-email-2@example.com', item: { id: 'i1' } }),
      },
    },
  },
  {
    name: 'shop',
    typeDefs: `type Item @key(fields: "id") { id: ID! label(of: String): String }`,
  },
];

describe('values that come by @fromContext', () => {
  it.each([
    { override: {} },
    { override: { stamp: 'required' } as const },
    { override: { disclosure: 'collapsed' } as const },
  ])('are shown to nobody: no gateway starts on such a supergraph, $override', async ({ override }) => {
    await expect(startGateway({ subgraphs, override })).rejects.toThrow(/context|not stamped/);
  });

  it.each([
    { field: 'line', categories: ['contact.email'] },
    { field: 'place', categories: ['contact.address'] },
  ])('bind what is made of them, and nobody could permit it: Item.$field', ({ field, categories }) => {
    const rule = fieldRules(composeTest(subgraphs)).field('Item', field);
    expect(rule?.categories).toEqual(categories);
    expect(rule?.subjects.map(({ unresolved }) => unresolved)).toEqual([true]);
  });

  it.each(['price', 'label', 'id'])('leave alone what is made of others: Item.%s', (field) => {
    expect(fieldRules(composeTest(subgraphs)).field('Item', field)).toBeNull();
  });
});
