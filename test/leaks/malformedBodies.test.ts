import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestGateway } from '../gatewayHarness.ts';
import { CANARY, startWorld, told } from './world.ts';

let gateway: TestGateway;

beforeAll(async () => (gateway = await startWorld()));

afterAll(async () => await gateway.close());

const bodies: readonly { readonly name: string; readonly body: string; readonly type?: string }[] = [
  { name: 'no JSON', body: '{"query": "{ me(email: canary' },
  { name: 'JSON that is no object', body: '"canary"' },
  { name: 'a list of texts', body: '["canary"]' },
  { name: 'no query', body: '{"canary": "canary"}' },
  { name: 'a query that is no text', body: '{"query": {"canary": 1}}' },
  { name: 'variables that are no object', body: '{"query": "{ me { id } }", "variables": "canary"}' },
  { name: 'variables that are a list', body: '{"query": "{ me { id } }", "variables": ["canary"]}' },
  {
    name: 'an operation name that is no text',
    body: '{"query": "{ me { id } }", "operationName": ["canary"]}',
  },
  {
    name: 'an unknown operation name',
    body: '{"query": "query A { me { id } }", "operationName": "canary"}',
  },
  { name: 'extensions that are no object', body: '{"query": "{ me { id } }", "extensions": "canary"}' },
  {
    name: 'a justification that is no text',
    body: '{"query": "{ me { id } }", "extensions": {"privacy": {"justification": {"canary": 1}}}}',
  },
  { name: 'a query that cannot be parsed', body: '{"query": "{ me(email: \\"canary"}' },
  { name: 'a query with a stray word', body: '{"query": "{ me { id } } canary"}' },
  { name: 'a query that ends early', body: '{"query": "{ me { id } canary"}' },
  { name: 'a stray character', body: '{"query": "{ me { id ~canary } }"}' },
  { name: 'another type of content', body: 'query=canary', type: 'application/x-www-form-urlencoded' },
  { name: 'text', body: 'canary', type: 'text/plain' },
];

it.each(bodies)(
  'is answered in JSON that quotes nothing: $name',
  async ({ body, type = 'application/json' }) => {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': type, 'x-client-id': 'support-desk' },
      body,
    });
    const text = await response.text();
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(response.headers.get('content-type')).toMatch(/^application\/(graphql-response\+)?json/);
    expect(text).toContain('"errors"');
    expect(text).not.toMatch(/stack|node_modules/i);
    expect(told(gateway, { text, headers: response.headers })).not.toContain(CANARY);
  },
);
