import { connect } from 'node:net';
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

const preflighted = { 'apollo-require-preflight': '1' };

const gets: readonly {
  readonly name: string;
  readonly search: string;
  readonly headers?: Readonly<Record<string, string>>;
}[] = [
  { name: 'no query', search: '?canary=canary', headers: preflighted },
  { name: 'what a web page could send', search: '?query={me{id}}&canary=canary' },
  { name: 'two queries', search: '?query={canary}&query={me{id}}', headers: preflighted },
  { name: 'variables that are no JSON', search: '?query={me{id}}&variables=canary', headers: preflighted },
  { name: 'variables in a list', search: '?query={me{id}}&variables=["canary"]', headers: preflighted },
  { name: 'extensions that are no JSON', search: '?query={me{id}}&extensions={canary', headers: preflighted },
  { name: 'a mutation', search: '?query=mutation{revealEmail(id:"canary")}', headers: preflighted },
  { name: 'a query that cannot be parsed', search: '?query={me(email:"canary', headers: preflighted },
  { name: 'broken escapes', search: '?query=%canary%E0%A4%A', headers: preflighted },
  { name: 'another type of content', search: '?query={me{id}}', headers: { 'content-type': 'text/canary' } },
  {
    name: 'what accepts no JSON',
    search: '?query={me{id}}',
    headers: { ...preflighted, accept: 'text/canary' },
  },
  {
    name: 'a persisted query that is none',
    search: '?extensions={"persistedQuery":{"version":2,"sha256Hash":"canary"}}',
    headers: preflighted,
  },
  {
    name: 'a ground that is no JSON',
    search: '?query={me{id}}',
    headers: { ...preflighted, 'x-ground': '{canary' },
  },
  {
    name: 'a purpose that is none',
    search: '?query={me{id}}',
    headers: { ...preflighted, 'x-purpose': 'canary' },
  },
  {
    name: 'a client that is none',
    search: '?query={me{id}}',
    headers: { ...preflighted, 'x-client-id': 'canary' },
  },
  {
    name: 'a recipient that is none',
    search: '?query={me{id}}',
    headers: { ...preflighted, 'x-recipient': 'canary' },
  },
];

it.each(gets)('is answered in JSON that quotes nothing, by GET: $name', async ({ search, headers = {} }) => {
  const response = await fetch(`${gateway.url}${search}`, {
    headers: { 'x-client-id': 'support-desk', ...headers },
  });
  const text = await response.text();
  expect(text).toContain('"errors"');
  expect(text).not.toMatch(/stack|node_modules|<html/i);
  expect(text).not.toContain('"data":{');
  expect(told(gateway, { text, headers: response.headers })).not.toContain(CANARY);
});

it('an HTTP request that is none is answered without a word of it', async () => {
  const { hostname, port } = new URL(gateway.url);
  for (const raw of [
    'GET /graphql?canary HTTP/9.9\r\n\r\n',
    'CANARY canary\r\n\r\n',
    `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: canary\r\n\r\n`,
    `GET /graphql HTTP/1.1\r\nhost: localhost\r\nx: ${'canary'.repeat(10_000)}\r\n\r\n`,
  ]) {
    const socket = connect(Number(port), hostname);
    socket.end(raw);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(told(gateway, { text, headers: new Headers() })).not.toMatch(/canary/i);
  }
});
