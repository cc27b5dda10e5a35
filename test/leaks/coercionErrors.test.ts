import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { CANARY, sent, told } from './world.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'accounts',
        typeDefs: `
          type Query { pick(n: Int, b: Boolean, e: Kind, f: Filter, l: [Int!], id: ID, d: Day): String }
          enum Kind { A B }
          input Filter { n: Int! s: String }
          scalar Day
        `,
        resolvers: { Query: { pick: () => 'picked' } },
      },
    ],
  });
});

afterAll(async () => await gateway.close());

const variables: readonly { readonly type: string; readonly argument: string; readonly value: unknown }[] = [
  { type: 'Int', argument: 'n', value: 'canary' },
  { type: 'Int', argument: 'n', value: { canary: 'canary' } },
  { type: 'Boolean', argument: 'b', value: 'canary' },
  { type: 'Kind', argument: 'e', value: 'canary' },
  { type: 'Kind', argument: 'e', value: ['canary'] },
  { type: 'Filter', argument: 'f', value: 'canary' },
  { type: 'Filter', argument: 'f', value: { n: 'canary' } },
  { type: 'Filter', argument: 'f', value: { n: 1, canary: 1 } },
  { type: 'Filter', argument: 'f', value: { s: 'canary' } },
  { type: '[Int!]', argument: 'l', value: [1, 'canary'] },
  { type: 'ID', argument: 'id', value: ['canary'] },
];

it.each(variables)(
  'a variable that does not fit $type is named, its value $value is not quoted',
  async ({ type, argument, value }) => {
    gateway.forget();
    const answer = await gateway.send({
      query: `query ($v: ${type}) { pick(${argument}: $v) }`,
      variables: { v: value },
    });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('$v');
    expect(answer.errors.map(({ extensions }) => extensions?.['code'])).toEqual(['BAD_USER_INPUT']);
    expect(told(gateway, answer)).not.toContain(CANARY);
    expect(sent(gateway, 'accounts')).toBe('');
  },
);

const literals = [
  '{ pick(n: "canary") }',
  '{ pick(b: "canary") }',
  '{ pick(e: "canary") }',
  '{ pick(f: { n: "canary" }) }',
  '{ pick(f: "canary") }',
  '{ pick(l: [1, "canary"]) }',
  '{ pick(id: { s: "canary" }) }',
  'query ($v: Int = "canary") { pick(n: $v) }',
  '{ pick(id: { email: "canary@example.com" }) }',
  '{ pick(e: canary) }',
  '{ pick(f: {n: 1, s: canary}) }',
  '{ pick(d: "canary", "canary") }',
  '{ pick(d: """canary""" canary) }',
  '{ pick(d: "\\u{canary}") }',
];

it.each(literals)('a literal that does not fit is not quoted: %s', async (query) => {
  const answer = await gateway.send({ query });
  expect(answer.status).toBe(400);
  expect(answer.errors).not.toEqual([]);
  expect(told(gateway, answer)).not.toContain(CANARY);
});
