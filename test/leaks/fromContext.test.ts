import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldRules } from '../../directives/fieldRules.ts';
import { composeTest, startGateway, type TestGateway, type TestSubgraph } from '../gatewayHarness.ts';
import { SUPPORT } from './world.ts';

const USERS = [1, 2, 3].map((number) => ({
  id: String(number),
  plan: number === 3 ? 'gold' : 'base',
  email: `canary-email-${number}@example.com`,
  contact: { city: `canary-city-${number}` },
  item: { __typename: 'Item', id: `i${number}` },
  mood: number === 2 ? null : 'glad',
}));

type Given = Readonly<Record<string, unknown>>;

const subgraphs: readonly TestSubgraph[] = [
  {
    name: 'accounts',
    typeDefs: `
      type Query { users: [User!]! }
      type User @key(fields: "id") @context(name: "user") @personal(subject: ["id"]) {
        id: ID!
        plan: String
        email: String! @personal(category: "contact.email")
        contact: Contact @personal(category: "contact.address")
        mood: String
        item: Item!
      }
      type Contact { city: String }
      type Item @key(fields: "id") {
        id: ID!
        line(email: String @fromContext(field: "$user { email }")): String
        place(city: String @fromContext(field: "$user { contact { city } }")): String
        price(plan: String @fromContext(field: "$user { plan }")): String
        feeling(mood: String @fromContext(field: "$user { mood }")): String
      }
    `,
    resolvers: {
      Query: { users: () => USERS },
      Item: {
        __resolveReference: ({ id }: Given) => ({ __typename: 'Item', id }),
        line: ({ id }: Given, { email }: Given) => `${String(id)} of ${String(email)}`,
        place: (_: Given, { city }: Given) => `in ${String(city)}`,
        price: ({ id }: Given, { plan }: Given) => `${String(id)} for ${String(plan)}`,
        feeling: (_: Given, { mood }: Given) => `is ${String(mood)}`,
      },
    },
  },
  {
    name: 'shop',
    typeDefs: `type Item @key(fields: "id") { id: ID! label(of: String): String }`,
    resolvers: { Item: { label: ({ id }: Given) => `label of ${String(id)}` } },
  },
];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ subgraphs });
});
afterAll(async () => await gateway.close());

describe('values that come by @fromContext', () => {
  it.each([
    { field: 'line', categories: ['contact.email'] },
    { field: 'place', categories: ['contact.address'] },
  ])('bind what is made of them, and nobody could permit it: Item.$field', ({ field, categories }) => {
    const rule = fieldRules(composeTest(subgraphs)).field('Item', field);
    expect(rule?.categories).toEqual(categories);
    expect(rule?.subjects.map(({ unresolved }) => unresolved)).toEqual([true]);
  });

  it.each(['price', 'feeling', 'label', 'id'])('leave alone what is made of others: Item.%s', (field) => {
    expect(fieldRules(composeTest(subgraphs)).field('Item', field)).toBeNull();
  });

  it.each([{}, SUPPORT])('are shown to nobody, nor fetched: %o', async (declared) => {
    gateway.forget();
    const query = '{ users { item { line a: line place label } } }';
    const { text } = await gateway.send({ query, ...declared });
    expect(text).not.toContain('canary');
    const sent = gateway.sent('accounts').map(({ query: asked }) => asked);
    expect(sent).not.toHaveLength(0);
    expect(sent.join(' ')).not.toMatch(/email|city|line|place/);
  });

  it('that are not personal come from the object above, each row from its own', async () => {
    const { data, errors } = await gateway.send({
      query: '{ users { item { price p: price feeling label } } }',
    });
    expect(errors).toEqual([]);
    const rows = USERS.map(({ plan, mood, item: { id } }) => ({
      item: {
        price: `${id} for ${plan}`,
        p: `${id} for ${plan}`,
        feeling: `is ${mood}`,
        label: `label of ${id}`,
      },
    }));
    expect(data).toEqual({ users: rows });
  });

  it('cannot be given by a client’s variables, whatever their names', async () => {
    const { data } = await gateway.send({
      query:
        'query ($contextualArgument_1_0: String, $contextualArgument_1_1: String, $contextualArgument_1_2: String) ' +
        '{ users { item { price x: label(of: $contextualArgument_1_0) y: label(of: $contextualArgument_1_1) z: label(of: $contextualArgument_1_2) } } }',
      variables: {
        contextualArgument_1_0: 'forged',
        contextualArgument_1_1: 'forged',
        contextualArgument_1_2: 'forged',
      },
    });
    expect(JSON.stringify(data)).not.toContain('for forged');
    expect(JSON.stringify(data)).toContain('i3 for gold');
  });
});
