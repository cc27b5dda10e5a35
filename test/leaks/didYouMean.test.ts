import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestGateway } from '../gatewayHarness.ts';
import { startWorld } from './world.ts';

let gateway: TestGateway;

beforeAll(async () => (gateway = await startWorld()));

afterAll(async () => await gateway.close());

it.each([
  { name: 'a field', query: '{ me { nicknam } }', hidden: 'nickname' },
  { name: 'a root field', query: '{ circle { id } }', hidden: 'circles' },
  { name: 'a type', query: '{ node(id: "1") { ... on Compan { id } } }', hidden: 'Company' },
  { name: 'a fragment’s type', query: '{ ...F } fragment F on Quer { me { id } }', hidden: 'Query' },
  { name: 'an argument', query: '{ node(i: "1", id: "1") { id } }', hidden: '"id"' },
  { name: 'a field of another type', query: '{ found { nickname } }', hidden: 'User' },
  { name: 'a mutation', query: 'mutation { revealMail(id: "1") }', hidden: 'revealEmail' },
  { name: 'a variable’s type', query: 'query ($i: I) { node(id: $i) { id } }', hidden: '"ID"' },
])('no name is suggested for a slip in $name', async ({ query, hidden }) => {
  const answer = await gateway.send({ query });
  expect(answer.status).toBe(400);
  expect(answer.errors).not.toEqual([]);
  expect(answer.text).not.toContain('Did you mean');
  expect(answer.text).not.toContain(hidden);
});
