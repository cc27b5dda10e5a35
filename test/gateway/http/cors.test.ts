import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCors } from '../../../gateway/http/cors.ts';
import { startGateway, type TestGateway } from '../../gatewayHarness.ts';

const SHOP = 'https://shop.example';

describe('an origin', () => {
  it.each([
    '*',
    'null',
    '',
    'shop.example',
    'https://shop.example/',
    'https://Shop.example',
    'https://*.example',
    'https://shop.example:443',
    'https://shop.example/x',
    'file:///x',
  ])('that is none is refused: "%s"', (origin) => {
    expect(() => createCors({ origins: [origin] })).toThrow(/expected a scheme, host and port/);
  });

  it.each([SHOP, 'http://localhost:3000', 'https://xn--q9jyb4c.example'])('is taken: %s', (origin) => {
    expect(() => createCors({ origins: [origin] })).not.toThrow();
  });
});

const subgraphs = [
  {
    name: 'people',
    typeDefs: 'type Query { hello: String }',
    resolvers: { Query: { hello: () => 'world' } },
  },
];

const ask = async (gateway: TestGateway, headers: Readonly<Record<string, string>>): Promise<Response> =>
  await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-client-id': 'support-desk', ...headers },
    body: '{"query":"{ hello }"}',
  });
const preflight = async (gateway: TestGateway, origin: string): Promise<Response> =>
  await fetch(gateway.url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    },
  });

describe('a gateway', () => {
  let listed: TestGateway;
  let withCredentials: TestGateway;
  let silent: TestGateway;

  beforeAll(async () => {
    listed = await startGateway({ subgraphs, serving: { cors: { origins: [SHOP], headers: ['X-Tenant'] } } });
    withCredentials = await startGateway({
      subgraphs,
      serving: { cors: { origins: [SHOP], credentials: 'included' } },
    });
    silent = await startGateway({ subgraphs });
  });

  afterAll(async () => {
    for (const gateway of [listed, withCredentials, silent]) await gateway.close();
  });

  it('tells a listed origin that it may read, and caches that it depends on it', async () => {
    const { status, headers } = await ask(listed, { origin: SHOP });
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('vary')?.split(/, */)).toEqual(
      expect.arrayContaining(['Origin', 'authorization', 'x-purpose']),
    );
    expect(headers.get('cache-control')).toBe('private, no-store');
  });

  it('lets its pages send what clients send', async () => {
    const { status, headers } = await preflight(listed, SHOP);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(headers.get('access-control-allow-methods')).toBe('GET, POST');
    expect(headers.get('access-control-allow-headers')?.split(', ')).toEqual(
      expect.arrayContaining(['authorization', 'content-type', 'x-purpose', 'x-tenant']),
    );
    expect(headers.get('vary')).toBe('Origin');
  });

  it('lets them send cookies where that is set, to the listed origin by name alone', async () => {
    const { headers } = await ask(withCredentials, { origin: SHOP });
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-allow-origin')).toBe(SHOP);
  });

  it.each([
    'https://shop.example.evil.example',
    'https://evilshop.example',
    'http://shop.example',
    'https://shop.example:8443',
    'https://SHOP.example',
    'null',
    '*',
  ])('tells no other origin: %s', async (origin) => {
    for (const gateway of [listed, withCredentials]) {
      const answer = await ask(gateway, { origin });
      const before = await preflight(gateway, origin);
      expect(before.status).toBe(403);
      for (const { headers } of [answer, before]) {
        expect(headers.get('access-control-allow-origin')).toBeNull();
        expect(headers.get('access-control-allow-credentials')).toBeNull();
        expect(headers.get('vary')).toContain('Origin');
        expect(`${[...headers].join()}${await answer.clone().text()}`).not.toContain('evil');
      }
    }
  });

  it('says nothing of origins where none is listed', async () => {
    const { headers } = await ask(silent, { origin: SHOP });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect((await preflight(silent, SHOP)).status).toBe(405);
  });

  it('tells a listed page also why it was refused', async () => {
    const { status, headers } = await ask(listed, { origin: SHOP, 'x-client-id': 'nobody' });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([403, SHOP]);
  });
});

describe('a request that a page of somebody else’s can send without asking', () => {
  let gateway: TestGateway;
  beforeAll(async () => (gateway = await startGateway({ subgraphs })));
  afterAll(async () => await gateway.close());

  const send = async (method: string, headers: Readonly<Record<string, string>>): Promise<number> => {
    const url = method === 'GET' ? `${gateway.url}?query={hello}` : gateway.url;
    const body = method === 'GET' ? {} : { body: '{"query":"{ hello }"}' };
    const answer = await fetch(url, {
      method,
      headers: { 'x-client-id': 'support-desk', ...headers },
      ...body,
    });
    return answer.status;
  };

  it.each([
    {
      name: 'a form',
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      expected: 415,
    },
    {
      name: 'a form with files',
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data' },
      expected: 415,
    },
    { name: 'plain text', method: 'POST', headers: { 'content-type': 'text/plain' }, expected: 415 },
    { name: 'an image', method: 'GET', headers: {}, expected: 400 },
    {
      name: 'an image with an empty header',
      method: 'GET',
      headers: { 'apollo-require-preflight': '' },
      expected: 400,
    },
    {
      name: 'JSON, which browsers ask about first',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      expected: 200,
    },
    {
      name: 'a GET with a header that they ask about',
      method: 'GET',
      headers: { 'apollo-require-preflight': '1' },
      expected: 200,
    },
    {
      name: 'a GET with an operation’s name in a header',
      method: 'GET',
      headers: { 'x-apollo-operation-name': 'Q' },
      expected: 200,
    },
  ])('$name: $expected', async ({ method, headers, expected }) => {
    expect(await send(method, headers)).toBe(expected);
  });
});
