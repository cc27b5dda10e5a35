import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestGateway } from '../gatewayHarness.ts';
import { MARKETING, startWorld, SUPPORT } from './world.ts';

let gateway: TestGateway;

beforeAll(async () => (gateway = await startWorld()));

afterAll(async () => await gateway.close());

it.each([
  { name: 'an answer that shows', request: { query: '{ me { email } }', ...SUPPORT } },
  { name: 'an answer that masks', request: { query: '{ me { email } }', ...MARKETING } },
  { name: 'an answer without anything personal', request: { query: '{ me { id } }' } },
  { name: 'introspection', request: { query: '{ __typename __schema { queryType { name } } }' } },
  { name: 'a refusal', request: { query: '{ me { id } }', purpose: 'ir.information' } },
  { name: 'an invalid query', request: { query: '{ nothing }' } },
  { name: 'a query that cannot be parsed', request: { query: '{' } },
])('nobody keeps $name', async ({ request }) => {
  const { headers } = await gateway.send(request);
  expect(headers.get('cache-control')).toBe('private, no-store');
  expect(headers.get('etag')).toBeNull();
  expect(headers.get('age')).toBeNull();
});

it('nobody keeps what was asked by GET, and caches that keep all the same tell callers apart', async () => {
  const url = `${gateway.url}?query=${encodeURIComponent('{ me { email } }')}`;
  const headers = {
    'x-client-id': 'support-desk',
    'x-purpose': 'service.support',
    'apollo-require-preflight': '1',
  };
  const response = await fetch(url, { headers });
  expect(await response.text()).toContain('canary-email-2');
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  const vary = (response.headers.get('vary') ?? '').split(', ');
  expect(vary).toEqual(expect.arrayContaining(['authorization', 'x-client-id', 'x-purpose', 'x-recipient']));
});
