import { createHash } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTrustedDocuments, type TrustedDocuments } from '../../../gateway/limits/trustedDocuments.ts';
import { startGateway, type TestGateway } from '../../gatewayHarness.ts';

const FILE = 'manifest.json';
const HELLO = 'query Hello { hello }';
const BOUND = 'query Bound { hello }';
const DECLARED = 'query Declared @usedFor(purpose: "service.support") { hello }';
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const APOLLO = JSON.stringify({
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations: [
    { id: 'h', name: 'Hello', type: 'query', body: HELLO },
    { id: 'b', name: 'Bound', type: 'query', body: BOUND, purposes: ['service.support'] },
    { id: 'd', name: 'Declared', type: 'query', body: DECLARED, purposes: ['service'] },
  ],
});
const RELAY = JSON.stringify({
  h: HELLO,
  b: { text: BOUND, purposes: ['service.support'] },
  d: { text: DECLARED, purposes: ['service'] },
});

const create = (
  json: string,
  mode: 'enforce' | 'log' = 'enforce',
): { readonly documents: TrustedDocuments; readonly logged: () => string } => {
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line: string) => void lines.push(line) });
  return {
    documents: createTrustedDocuments({ file: FILE, json, mode, logger }),
    logged: () => lines.join(''),
  };
};

const NOBODY = { query: null, id: null, operationName: null, purpose: null };

describe.each([
  { format: 'Apollo’s', json: APOLLO },
  { format: 'Relay’s', json: RELAY },
])('a manifest of $format format', ({ json }) => {
  it.each([
    { name: 'by id', asked: { id: 'h' }, expected: HELLO },
    { name: 'word for word', asked: { query: HELLO }, expected: HELLO },
    { name: 'by both', asked: { id: 'h', query: HELLO }, expected: HELLO },
    {
      name: 'word for word, under a hash of its own',
      asked: { id: hashOf(HELLO), query: HELLO },
      expected: HELLO,
    },
    { name: 'for its purpose', asked: { id: 'b', purpose: 'service.support' }, expected: BOUND },
    {
      name: 'for what is below its purpose',
      asked: { id: 'b', purpose: 'service.support.call' },
      expected: BOUND,
    },
    { name: 'for the purpose that it declares', asked: { id: 'd' }, expected: DECLARED },
    { name: 'for both', asked: { id: 'd', purpose: 'service.support' }, expected: DECLARED },
  ])('gives a document $name', ({ asked, expected }) => {
    expect(create(json).documents.resolve({ ...NOBODY, ...asked })).toBe(expected);
  });

  it.each([
    { name: 'nothing', asked: {} },
    { name: 'another id', asked: { id: 'canary' } },
    { name: 'a key of objects', asked: { id: '__proto__' } },
    { name: 'another text', asked: { query: '{ canary }' } },
    { name: 'a text with one space more', asked: { query: `${HELLO} ` } },
    { name: 'an id with another text', asked: { id: 'h', query: '{ canary }' } },
    { name: 'an id with another document’s text', asked: { id: 'h', query: BOUND } },
    { name: 'no purpose', asked: { id: 'b' } },
    { name: 'another purpose', asked: { id: 'b', purpose: 'marketing' } },
    { name: 'the purpose above', asked: { id: 'b', purpose: 'service' } },
    { name: 'a purpose that begins alike', asked: { id: 'b', purpose: 'service.supporters' } },
    { name: 'the purpose that it declares, and another one', asked: { id: 'd', purpose: 'marketing' } },
  ])('refuses $name', ({ asked }) => {
    const { documents, logged } = create(json);
    expect(() => documents.resolve({ ...NOBODY, ...asked })).toThrow(
      expect.objectContaining({ extensions: { code: 'OPERATION_NOT_TRUSTED', http: { status: 403 } } }),
    );
    expect(logged()).not.toContain('"level":40');
  });
});

describe('to be tried', () => {
  it('others are let through, and logged by their hash alone, once', () => {
    const { documents, logged } = create(APOLLO, 'log');
    const other = '{ canary }';
    for (let at = 0; at < 3; at += 1) expect(documents.resolve({ ...NOBODY, query: other })).toBeNull();
    expect(documents.resolve({ ...NOBODY, id: 'canary-id' })).toBeNull();
    expect(
      logged()
        .split('\n')
        .filter((line) => line.includes(hashOf(other))),
    ).toHaveLength(1);
    expect(logged()).not.toContain('canary');
  });

  it('those of the list are not, unless for another purpose', () => {
    const { documents, logged } = create(APOLLO, 'log');
    expect(documents.resolve({ ...NOBODY, id: 'h' })).toBe(HELLO);
    expect(logged()).not.toContain('sha256');
    expect(documents.resolve({ ...NOBODY, id: 'b', client: 'support-desk' })).toBe(BOUND);
    const told = logged().trim().split('\n').at(-1) ?? '';
    expect(JSON.parse(told)).toMatchObject({
      client: 'support-desk',
      sha256: hashOf(BOUND),
      msg: 'a trusted document, for a purpose that it may not be sent for',
    });
  });

  it('how many there are is logged, and purposes of theirs that the policy does not have', () => {
    const lines: string[] = [];
    const logger = pino({ base: null }, { write: (line: string) => void lines.push(line) });
    createTrustedDocuments({
      file: FILE,
      json: APOLLO,
      mode: 'enforce',
      logger,
      isPurpose: (key) => key === 'service',
    });
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { level: 30, documents: 3 },
      { level: 40, unknown: ['service.support'] },
    ]);
  });
});

describe('a file', () => {
  it.each([
    { name: 'that is no JSON', json: '{', problem: /expected JSON/ },
    { name: 'that is a list', json: '[]', problem: /not as expected/ },
    {
      name: 'of another version',
      json: '{"format":"apollo-persisted-query-manifest","version":2,"operations":[]}',
      problem: /version/,
    },
    { name: 'of another format', json: '{"format":"canary","version":1,"operations":[]}', problem: /format/ },
    { name: 'whose document is none', json: '{"canary":"query {"}', problem: /entry 0, line 1/ },
    {
      name: 'whose id comes twice',
      json: JSON.stringify({
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [
          { id: 'a', body: HELLO },
          { id: 'a', body: BOUND },
        ],
      }),
      problem: /twice/,
    },
    {
      name: 'whose text comes for two purposes',
      json: JSON.stringify({ a: HELLO, b: { text: HELLO, purposes: ['service'] } }),
      problem: /other purposes/,
    },
    {
      name: 'whose purposes are none',
      json: JSON.stringify({ a: { text: HELLO, purposes: [] } }),
      problem: /not as expected/,
    },
    {
      name: 'whose purposes are misspelt',
      json: JSON.stringify({
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [{ id: 'a', body: HELLO, purpose: ['service'] }],
      }),
      problem: /operations\.0 is not as expected/,
    },
    { name: 'without documents', json: '{}', problem: /not as expected/ },
    {
      name: 'of Apollo’s format without documents',
      json: JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations: [] }),
      problem: /operations is not as expected/,
    },
    {
      name: 'whose purpose is a variable',
      json: JSON.stringify({ a: 'query ($canary: String!) @usedFor(purpose: $canary) { hello }' }),
      problem: /entry 0/,
    },
  ])('$name changes nothing', ({ json, problem }) => {
    const { documents } = create(APOLLO);
    expect(() => documents.replace(json)).toThrow(problem);
    expect(() => documents.replace(json)).not.toThrow(/canary/);
    expect(documents.resolve({ ...NOBODY, id: 'h' })).toBe(HELLO);
  });

  it('that can be used is in force at once, as a whole', () => {
    const { documents } = create(APOLLO);
    documents.replace(JSON.stringify({ n: '{ hello }' }));
    expect(documents.resolve({ ...NOBODY, id: 'n' })).toBe('{ hello }');
    expect(() => documents.resolve({ ...NOBODY, id: 'h' })).toThrow();
  });
});

const persisted = (sha256Hash: unknown): object => ({ persistedQuery: { version: 1, sha256Hash } });

describe('over a running gateway', () => {
  const gateways: Record<'enforce' | 'log', TestGateway | null> = { enforce: null, log: null };

  beforeAll(async () => {
    for (const mode of ['enforce', 'log'] as const) {
      gateways[mode] = await startGateway({
        subgraphs: [
          {
            name: 'people',
            typeDefs: 'type Query { hello: String }',
            resolvers: { Query: { hello: () => 'world' } },
          },
        ],
        serving: { operations: create(APOLLO, mode).documents },
      });
    }
  });

  afterAll(async () => {
    for (const gateway of Object.values(gateways)) await gateway?.close();
  });

  const send = async (
    mode: 'enforce' | 'log',
    parameters: Readonly<Record<string, unknown>>,
    {
      method = 'POST',
      purpose,
      client = 'support-desk',
    }: { method?: string; purpose?: string; client?: string } = {},
  ): Promise<{ status: number; text: string }> => {
    const texts = Object.entries(parameters).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    const url = gateways[mode]?.url ?? '';
    const answer = await fetch(method === 'GET' ? `${url}?${new URLSearchParams(texts).toString()}` : url, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-client-id': client,
        ...(purpose === undefined ? {} : { 'x-purpose': purpose }),
      },
      ...(method === 'GET' ? {} : { body: JSON.stringify(parameters) }),
    });
    return { status: answer.status, text: await answer.text() };
  };

  describe.each(['enforce', 'log'] as const)('to %s', (mode) => {
    it.each([
      { name: 'Apollo’s id', parameters: { extensions: persisted('h') } },
      { name: 'documentId', parameters: { documentId: 'h' } },
      { name: 'Relay’s doc_id', parameters: { doc_id: 'h', variables: {} } },
      { name: 'the text', parameters: { query: HELLO } },
      {
        name: 'the text, with Apollo’s hash',
        parameters: { query: HELLO, extensions: persisted(hashOf(HELLO)) },
      },
      { name: 'a name beside the id', parameters: { documentId: 'h', operationName: 'Hello' } },
    ])('is answered by $name, by either method', async ({ parameters }) => {
      for (const method of ['GET', 'POST']) {
        expect(await send(mode, parameters, { method })).toMatchObject({
          status: 200,
          text: expect.stringContaining('"hello":"world"') as unknown,
        });
      }
    });
  });

  it.each([
    { name: 'another text', parameters: { query: '{ hello }' } },
    { name: 'a text that is none', parameters: { query: '{ canary' } },
    { name: 'another id', parameters: { documentId: 'canary' } },
    {
      name: 'a hash of Apollo’s, to be kept',
      parameters: { query: '{ hello }', extensions: persisted(hashOf('{ hello }')) },
    },
    { name: 'a hash that was to be kept', parameters: { extensions: persisted(hashOf('{ hello }')) } },
    { name: 'introspection', parameters: { query: '{ __schema { types { name } } }' } },
    { name: 'a document for another purpose', parameters: { documentId: 'b' } },
    { name: 'nothing', parameters: { variables: {} } },
  ])('to enforce, refuses $name before it is parsed, by either method', async ({ parameters }) => {
    for (const method of ['GET', 'POST']) {
      const { status, text } = await send('enforce', parameters, { method });
      expect([status, text]).toEqual([403, expect.stringContaining('OPERATION_NOT_TRUSTED')]);
      expect(text).not.toContain('canary');
    }
    expect((await send('log', { query: '{ hello }' })).status).toBe(200);
  });

  it('a document for its purpose is answered, and says nothing of who may declare that', async () => {
    expect((await send('enforce', { documentId: 'b' }, { purpose: 'service.support' })).status).toBe(200);
    const other = await send(
      'enforce',
      { documentId: 'b' },
      { purpose: 'service.support', client: 'nobody' },
    );
    expect(other.text).toContain('CLIENT_UNKNOWN');
  });

  it('a text of the list twice in a URL is no way past it', async () => {
    const url = `${gateways.enforce?.url ?? ''}?${new URLSearchParams([
      ['query', HELLO],
      ['query', '{ __schema { types { name } } }'],
    ]).toString()}`;
    const answer = await fetch(url, {
      headers: { 'x-client-id': 'support-desk', 'apollo-require-preflight': '1' },
    });
    expect(await answer.text()).not.toContain('__schema');
  });
});
