import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestGateway } from '../gatewayHarness.ts';
import { CANARY, EMAIL, MARKETING, NAME, startWorld, SUPPORT, told } from './world.ts';

let gateway: TestGateway;

beforeAll(async () => (gateway = await startWorld()));

afterAll(async () => await gateway.close());

const rows = [
  {
    name: 'ids that are fetched for subjects',
    query: '{ me { name } users { email } }',
    expected: { me: { name: NAME }, users: [{ email: EMAIL }, { email: EMAIL }] },
  },
  {
    name: '__typename that is fetched to tell types apart',
    query: '{ parties { contact } found { ... on User { name } } }',
    expected: {
      parties: [{ contact: 'desk@example.com' }, { contact: EMAIL }],
      found: [{ name: NAME }, {}],
    },
  },
  {
    name: 'keys and inputs that are fetched for other subgraphs',
    query: '{ me { poster } }',
    expected: { me: { poster: NAME } },
  },
];

it.each(rows)('do not show: $name', async ({ query, expected }) => {
  const answer = await gateway.send({ query, ...MARKETING });
  expect(answer.data).toEqual(expected);
  expect(told(gateway, answer)).not.toContain(CANARY);
});

it('and are fetched all the same', async () => {
  gateway.forget();
  await gateway.send({ query: '{ me { name } }', ...SUPPORT });
  expect(gateway.sent('accounts').map(({ query }) => query)).toEqual([
    '{me{id __typename}}',
    'query($representations:[_Any!]!){_entities(representations:$representations){...on User{name}}}',
  ]);
});
