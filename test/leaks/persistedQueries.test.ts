import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGateway } from '../gatewayHarness.ts';
import { CANARY, EMAIL, MARKETING, sent, startWorld, STRANGERS, SUPPORT, told } from './world.ts';

let gateway: TestGateway;

beforeAll(async () => (gateway = await startWorld()));

afterAll(async () => await gateway.close());

const hashOf = (query: string): string => createHash('sha256').update(query).digest('hex');

interface Persisted {
  readonly query?: string;
  readonly hash?: unknown;
  readonly version?: unknown;
  readonly caller?: { readonly client?: string; readonly purpose?: string };
  readonly method?: 'GET' | 'POST';
}

async function send({ query, hash, version = 1, caller = {}, method = 'POST' }: Persisted) {
  const extensions = { persistedQuery: { version, sha256Hash: hash ?? hashOf(query ?? '') } };
  const { client = 'support-desk', purpose } = caller;
  const search = new URLSearchParams({
    ...(query === undefined ? {} : { query }),
    extensions: JSON.stringify(extensions),
  });
  const response = await fetch(method === 'GET' ? `${gateway.url}?${search.toString()}` : gateway.url, {
    method,
    headers: {
      'content-type': 'application/json',
      'x-client-id': client,
      ...(purpose === undefined ? {} : { 'x-purpose': purpose }),
    },
    ...(method === 'POST' ? { body: JSON.stringify({ query, extensions }) } : {}),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

const QUERY = '{ me { email } }';
const SHOWN = 'canary-email-2@example.com';

describe.each(['GET', 'POST'] as const)('a persisted query, by %s', (method) => {
  it('is shown to each caller as to them', async () => {
    expect((await send({ query: QUERY, caller: SUPPORT, method })).text).toContain(SHOWN);
    for (const { caller } of STRANGERS) {
      const answer = await send({ hash: hashOf(QUERY), caller, method });
      expect(answer.text).toContain(EMAIL);
      expect(told(gateway, answer)).not.toContain(CANARY);
    }
    expect((await send({ hash: hashOf(QUERY), caller: SUPPORT, method })).text).toContain(SHOWN);
  });

  it('is kept by no cache', async () => {
    for (const hash of [hashOf(QUERY), hashOf('nothing')]) {
      const { headers } = await send({ hash, caller: SUPPORT, method });
      expect(headers.get('cache-control')).toBe('private, no-store');
      expect(headers.get('vary')).toContain('x-purpose');
    }
  });

  it('that is not known says so and no more', async () => {
    const answer = await send({ hash: 'canary', method });
    expect(answer.text).toContain('PERSISTED_QUERY_NOT_FOUND');
    expect(told(gateway, answer)).not.toContain(CANARY);
  });
});

describe('a hash', () => {
  it.each([
    { name: 'of another query', hash: hashOf('{ me { label } }') },
    { name: 'that is none', hash: 'canary' },
    { name: 'that is no text', hash: { canary: 1 } },
    { name: 'in a list', hash: [hashOf('{ users { email } }')] },
  ])('$name gets nothing kept or fetched', async ({ hash }) => {
    gateway.forget();
    const answer = await send({ query: '{ users { email } }', hash, caller: SUPPORT });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('provided sha does not match query');
    expect(sent(gateway)).toBe('');
    expect(told(gateway, answer)).not.toContain(CANARY);
    expect((await send({ hash, caller: SUPPORT })).text).not.toContain('"data"');
  });

  it('of another version is refused', async () => {
    const answer = await send({ query: QUERY, version: 'canary', caller: SUPPORT });
    expect(answer.text).toContain('Unsupported persisted query version');
    expect(told(gateway, answer)).not.toContain(CANARY);
  });

  it('says nothing of a purpose: one that was written into a query is judged for each caller', async () => {
    const query = 'query @usedFor(purpose: "service.support") { me { email } }';
    expect((await send({ query, caller: { client: 'support-desk' } })).text).toContain(SHOWN);
    const other = await send({ hash: hashOf(query), caller: { client: MARKETING.client } });
    expect(other.text).toContain('PURPOSE_NOT_PERMITTED');
    expect(other.text).not.toContain(CANARY);
  });
});
