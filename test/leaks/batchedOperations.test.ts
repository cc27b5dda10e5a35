import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestGateway } from '../gatewayHarness.ts';
import { CANARY, sent, startWorld, told } from './world.ts';

let gateway: TestGateway;

beforeAll(async () => (gateway = await startWorld()));

afterAll(async () => await gateway.close());

it.each([
  { name: 'of two', body: [{ query: '{ me { email } }' }, { query: '{ users { name } }' }] },
  { name: 'of one', body: [{ query: '{ me { email } }' }] },
  { name: 'of none', body: [] },
])('a batch $name is refused, and nothing is fetched for it', async ({ body }) => {
  gateway.forget();
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-client-id': 'support-desk',
      'x-purpose': 'service.support',
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  expect(response.status).toBe(400);
  expect(told(gateway, { text, headers: response.headers })).not.toContain(CANARY);
  expect(sent(gateway)).toBe('');
});
