import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { ApolloServerPlugin } from '@apollo/server';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { identifyByHeaders } from '../../../gateway/callers/caller.ts';
import { serve, type Served } from '../../../gateway/http/serve.ts';
import { sudare, type Sudare } from '../../../gateway/sudare.ts';
import { loadPolicy } from '../../../policies/loadPolicy.ts';
import { startGateway, type TestGateway } from '../../gatewayHarness.ts';

/** Stands in bodies, queries and headers; no answer may hold it, nor the log. */
const CANARY = 'canary-7f3a';

const refused = z.object({
  errors: z.array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }) })),
});

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'people',
        typeDefs: 'type Query { hello(name: String): String }',
        resolvers: { Query: { hello: () => 'world' } },
      },
    ],
  });
});

afterAll(async () => await gateway.close());

interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

async function sendRaw({
  method = 'POST',
  path = '/graphql',
  headers = {},
  body = '',
}: RawRequest): Promise<RawAnswer> {
  return await new Promise((resolve, reject) => {
    const { hostname, port } = new URL(gateway.url);
    const sent = httpRequest(
      {
        hostname,
        port,
        method,
        path,
        headers: { 'content-type': 'application/json', 'x-client-id': 'support-desk', ...headers },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const json = (value: unknown): string => JSON.stringify(value);
const query = `{ hello(name: "${CANARY}") }`;

describe('a request that can be served', () => {
  const rows: readonly { name: string; request: RawRequest }[] = [
    { name: 'by POST', request: { body: json({ query }) } },
    {
      name: 'whatever the charset’s spelling',
      request: { body: json({ query }), headers: { 'content-type': 'Application/JSON; charset=UTF-8' } },
    },
    {
      name: 'by GET, with a content type that no form can send',
      request: { method: 'GET', path: `/graphql?query=${encodeURIComponent(query)}` },
    },
    {
      name: 'by the name localhost',
      request: { body: json({ query }), headers: { host: 'localhost:4000' } },
    },
    { name: 'by the address of IPv6', request: { body: json({ query }), headers: { host: '[::1]' } } },
    {
      name: 'with a byte order that no letter minds',
      request: { body: Buffer.from(json({ query, extensions: { note: '澤田' } })) },
    },
  ];
  it.each(rows)('$name', async ({ request }) => {
    const answer = await sendRaw(request);
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([200, { data: { hello: 'world' } }]);
    expect(answer.headers['cache-control']).toBe('private, no-store');
  });
});

describe('a request that cannot be served', () => {
  const rows: readonly {
    name: string;
    request: RawRequest;
    status: number;
    code?: string;
    message?: RegExp;
  }[] = [
    {
      name: 'a document of too many tokens',
      request: { body: json({ query: `{ ${'hello '.repeat(15_000)}}` }) },
      status: 400,
      code: 'OPERATION_TOO_LARGE',
    },
    {
      name: 'another path',
      request: { path: `/${CANARY}`, body: json({ query }) },
      status: 404,
      code: 'REQUEST_INVALID',
      message: /\/graphql/,
    },
    {
      name: 'a path that is no path',
      request: { path: '//', body: json({ query }) },
      status: 404,
      code: 'REQUEST_INVALID',
      message: /\/graphql/,
    },
    {
      name: 'a path that is no URL',
      request: { path: `http://[${CANARY}`, body: json({ query }) },
      status: 404,
      code: 'REQUEST_INVALID',
      message: /\/graphql/,
    },
    {
      name: 'a method that changes',
      request: { method: 'PUT', body: json({ query }) },
      status: 405,
      code: 'REQUEST_INVALID',
      message: /POST/,
    },
    { name: 'a preflight', request: { method: 'OPTIONS' }, status: 405, code: 'REQUEST_INVALID' },
    {
      name: 'no content type',
      request: { headers: { 'content-type': '' }, body: json({ query }) },
      status: 415,
      code: 'REQUEST_INVALID',
      message: /application\/json/,
    },
    {
      name: 'the content type of a form',
      request: { headers: { 'content-type': 'text/plain' }, body: json({ query }) },
      status: 415,
      code: 'REQUEST_INVALID',
    },
    {
      name: 'a content type that begins like JSON',
      request: { headers: { 'content-type': 'application/jsonp' }, body: json({ query }) },
      status: 415,
      code: 'REQUEST_INVALID',
    },
    { name: 'no body', request: {}, status: 400, code: 'REQUEST_INVALID', message: /JSON/ },
    {
      name: 'a body that is no JSON',
      request: { body: `{"query": ${CANARY}` },
      status: 400,
      code: 'REQUEST_INVALID',
      message: /JSON/,
    },
    {
      name: 'a body that is no UTF-8',
      request: {
        body: Buffer.concat([Buffer.from(`{"query":"${CANARY}`), Buffer.from([0xff, 0xfe, 0x22, 0x7d])]),
      },
      status: 400,
      code: 'REQUEST_INVALID',
      message: /UTF-8/,
    },
    {
      name: 'a body in UTF-16',
      request: {
        headers: { 'content-type': 'application/json; charset=utf-16' },
        body: Buffer.from(json({ query }), 'utf16le'),
      },
      status: 400,
      code: 'REQUEST_INVALID',
    },
    {
      name: 'a body over a megabyte',
      request: { body: json({ query, variables: { x: CANARY.repeat(200_000) } }) },
      status: 413,
      code: 'REQUEST_INVALID',
      message: /1048576/,
    },
    {
      name: 'a body of many megabytes',
      request: { body: json({ query, variables: { x: CANARY.repeat(4_000_000) } }) },
      status: 413,
      code: 'REQUEST_INVALID',
    },
    {
      name: 'a name that leads here from elsewhere',
      request: { headers: { host: `${CANARY}.example` }, body: json({ query }) },
      status: 400,
      code: 'REQUEST_INVALID',
      message: /loopback/,
    },
    {
      name: 'a name that begins like this machine’s',
      request: { headers: { host: '127.0.0.1.example' }, body: json({ query }) },
      status: 400,
      code: 'REQUEST_INVALID',
    },
    {
      name: 'another name for the health page',
      request: { method: 'GET', path: '/health', headers: { host: 'gateway.example' } },
      status: 400,
      code: 'REQUEST_INVALID',
    },
    { name: 'a batch', request: { body: json([{ query }, { query }]) }, status: 400 },
    { name: 'an empty batch', request: { body: '[]' }, status: 400 },
    { name: 'a number', request: { body: '7' }, status: 400 },
    { name: 'a text', request: { body: json(CANARY) }, status: 400 },
    { name: 'null', request: { body: 'null' }, status: 400 },
    { name: 'no query', request: { body: json({ variables: { x: CANARY } }) }, status: 400 },
    { name: 'a query that is none', request: { body: json({ query: { x: CANARY } }) }, status: 400 },
    { name: 'variables that are a text', request: { body: json({ query, variables: CANARY }) }, status: 400 },
    {
      name: 'variables that are a list',
      request: { body: json({ query, variables: [CANARY] }) },
      status: 400,
    },
    {
      name: 'an operation name that is none',
      request: { body: json({ query, operationName: { x: CANARY } }) },
      status: 400,
    },
    {
      name: 'extensions that are a text',
      request: { body: json({ query, extensions: CANARY }) },
      status: 400,
    },
    { name: 'GET without a query', request: { method: 'GET', path: '/graphql' }, status: 400 },
    {
      name: 'GET as a form or an image sends it',
      request: {
        method: 'GET',
        path: `/graphql?query=${encodeURIComponent(query)}`,
        headers: { 'content-type': 'text/plain' },
      },
      status: 400,
    },
    {
      name: 'GET with variables that are no JSON',
      request: { method: 'GET', path: `/graphql?query=${encodeURIComponent(query)}&variables=${CANARY}` },
      status: 400,
    },
    {
      name: 'nobody',
      request: { headers: { 'x-client-id': '' }, body: json({ query }) },
      status: 401,
      code: 'UNAUTHENTICATED',
      message: /x-client-id/,
    },
    {
      name: 'a stranger',
      request: { headers: { 'x-client-id': CANARY }, body: json({ query }) },
      status: 403,
      code: 'CLIENT_UNKNOWN',
    },
    {
      name: 'a purpose that is none',
      request: { headers: { 'x-purpose': CANARY }, body: json({ query }) },
      status: 403,
      code: 'PURPOSE_UNKNOWN',
    },
    {
      name: 'a recipient that is none',
      request: { headers: { 'x-recipient': CANARY }, body: json({ query }) },
      status: 403,
      code: 'RECIPIENT_NOT_PERMITTED',
    },
    {
      name: 'a ground that is no JSON',
      request: { headers: { 'x-ground': CANARY }, body: json({ query }) },
      status: 403,
      code: 'GROUND_INCOMPLETE',
    },
    {
      name: 'a subscription, which the schema has none of',
      request: { body: json({ query: 'subscription { hello }' }) },
      status: 400,
    },
    {
      name: 'a justification that is no text',
      request: { body: json({ query, extensions: { privacy: { justification: [CANARY] } } }) },
      status: 400,
      code: 'BAD_USER_INPUT',
      message: /1000/,
    },
    {
      name: 'a justification that is too long',
      request: { body: json({ query, extensions: { privacy: { justification: CANARY.repeat(200) } } }) },
      status: 400,
      code: 'BAD_USER_INPUT',
    },
  ];
  it.each(rows)('$name: $status', async ({ request, status, code, message = /\w/ }) => {
    const answer = await sendRaw(request);
    expect([answer.status, answer.text]).toMatchObject([status, expect.stringContaining('"errors"')]);
    const { errors } = refused.parse(JSON.parse(answer.text));
    if (code !== undefined) expect(errors[0]?.extensions.code).toBe(code);
    expect(errors[0]?.message).toMatch(message);
    expect(answer.text).not.toContain(CANARY);
    expect(answer.text).not.toMatch(/node_modules|\bat .*\.ts:/);
    expect(answer.headers['content-type']).toMatch(/json/);
    expect(answer.headers['cache-control']).toMatch(/no-store/);
  });

  it('leaves the gateway as it was, and its log without a word of it', async () => {
    expect((await sendRaw({ body: json({ query }) })).status).toBe(200);
    expect(gateway.logged()).not.toContain(CANARY);
    expect(gateway.logged()).not.toContain('request failed');
  });

  it('at all, as no HTTP, is closed and harms nobody', async () => {
    const { port } = new URL(gateway.url);
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end(`${CANARY} \0\r\n\r\n`));
      socket.resume();
      socket.on('close', () => resolve());
      socket.on('error', reject);
    });
    expect((await sendRaw({ body: json({ query }) })).status).toBe(200);
  });

  it('is told the methods it may use', async () => {
    expect((await sendRaw({ method: 'DELETE' })).headers['allow']).toBe('GET, POST');
  });
});

/** Another gateway, whose subgraphs are never asked. */
async function serveOther(
  mode: 'dev' | 'production',
  plugin: Partial<Sudare> = {},
): Promise<{ readonly served: Served; readonly logged: () => string }> {
  const lines: string[] = [];
  const logger = pino({ base: null, level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const instance = sudare({
    supergraph: { sdl: gateway.supergraph },
    policy: await loadPolicy('policies/crowdworks/policy.yaml'),
    identify: identifyByHeaders,
    consent: { url: null, callerKey: null, redis: null, timeoutMs: 1_000 },
    auditSink: { append: async () => await Promise.resolve() },
    logger,
    stamp: 'waived',
    disclosure: 'collapsed',
  });
  const served = await serve({
    sudare: { ...instance, ...plugin },
    host: '127.0.0.1',
    port: 0,
    mode,
    logger,
  });
  return { served, logged: () => lines.join('') };
}

describe('outside development', () => {
  it.each([
    { mode: 'dev', expected: { data: { __schema: { queryType: { name: 'Query' } } } } },
    {
      mode: 'production',
      expected: {
        errors: [
          {
            // Apollo Server's own words name a setting of its own.
            message: expect.stringContaining('--dev'),
            extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
          },
        ],
      },
    },
  ] as const)('the schema is told to nobody: $mode', async ({ mode, expected }) => {
    const { served } = await serveOther(mode);
    try {
      const answer = await fetch(served.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-client-id': 'support-desk' },
        body: json({ query: '{ __schema { queryType { name } } }' }),
      });
      expect(await answer.json()).toMatchObject(expected);
    } finally {
      await served.close();
    }
  });

  it('what fails in the framework is neither told nor logged in its own words', async () => {
    const failing: ApolloServerPlugin = {
      requestDidStart: async () => await Promise.reject(new Error(`no room for ${CANARY}`)),
    };
    const { served, logged } = await serveOther('production', { plugin: failing });
    try {
      const answer = await fetch(served.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-client-id': 'support-desk' },
        body: json({ query: '{ hello }' }),
      });
      const text = await answer.text();
      expect(answer.status).toBe(500);
      expect(text).toContain('INTERNAL_SERVER_ERROR');
      expect(text + logged()).not.toContain(CANARY);
      expect(logged()).toContain('Apollo Server reported an error');
    } finally {
      await served.close();
    }
  });
});

describe('a gateway that does not come to listen', () => {
  const rows: readonly { name: string; sdl: () => string; abort: boolean; expected: RegExp }[] = [
    {
      name: 'its supergraph is none',
      sdl: () => 'type Query { a: Int }',
      abort: false,
      expected: /composed supergraph/,
    },
    {
      name: 'it is told to stop while it starts',
      sdl: () => gateway.supergraph,
      abort: true,
      expected: /^told to stop$/,
    },
  ];
  it.each(rows)('is closed, its consent source too: $name', async ({ sdl, abort, expected }) => {
    const logger = pino({ enabled: false });
    const stop = new AbortController();
    let closed = 0;
    const instance = sudare({
      supergraph: {
        manager: {
          initialize: async () => {
            if (abort) stop.abort(new Error('told to stop'));
            return await Promise.resolve({ supergraphSdl: sdl() });
          },
        },
      },
      policy: await loadPolicy('policies/crowdworks/policy.yaml'),
      identify: identifyByHeaders,
      consent: {
        url: null,
        source: {
          read: async () => await Promise.reject(new Error('nobody asks')),
          close: async () => {
            closed += 1;
            await Promise.resolve();
          },
        },
        callerKey: null,
        redis: null,
        timeoutMs: 1_000,
      },
      auditSink: { append: async () => await Promise.resolve() },
      logger,
      stamp: 'waived',
      disclosure: 'collapsed',
    });
    const serving = serve({
      sudare: instance,
      host: '127.0.0.1',
      port: 0,
      mode: 'production',
      logger,
      signal: stop.signal,
    });
    await expect(serving).rejects.toThrow(expected);
    expect(closed).toBe(1);
  });
});

describe('/health', () => {
  it('says that the gateway serves', async () => {
    const answer = await sendRaw({ method: 'GET', path: '/health' });
    expect([answer.status, answer.text]).toEqual([200, '{"status":"ok"}']);
  });
});
