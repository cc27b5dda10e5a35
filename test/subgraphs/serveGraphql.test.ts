import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLError, parse } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import { serveGraphql } from '../../subgraphs/serveGraphql.ts';
import type { RunningServer, ServeOptions } from '../../subgraphs/serveGraphql.ts';

const running: RunningServer[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(running.splice(0).map(async (server) => await server.stop()));
});

const MOST_BODY_BYTES = 1_000;
const TYPES = parse(`type Query { context: String, slow: String, wrong: String, broken: String }`);

async function serve(given: Partial<ServeOptions> = {}, slow?: Promise<string>): Promise<RunningServer> {
  const server = await serveGraphql({
    schema: buildSubgraphSchema({
      typeDefs: TYPES,
      resolvers: {
        Query: {
          context: (_: unknown, __: unknown, context: unknown) => JSON.stringify(context),
          slow: async () => await slow,
          wrong: () => {
            throw new GraphQLError('Expected something else.', { extensions: { code: 'BAD_USER_INPUT' } });
          },
          broken: () => {
            throw new Error('secret');
          },
        },
      },
    }),
    host: '127.0.0.1',
    port: 0,
    mostBodyBytes: MOST_BODY_BYTES,
    ...given,
  });
  running.push(server);
  return server;
}

async function post(
  { url }: RunningServer,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

const query = (text: string): string => JSON.stringify({ query: `{ ${text} }` });

/** A connection that has sent this much of a request and then waits. */
async function send({ url }: RunningServer, text: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  sockets.push(socket);
  // Being cut off is part of what is tried here.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** The head of a request whose body never comes. */
const UNFINISHED =
  'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n';

describe('a served subgraph', () => {
  it('makes the context of the headers', async () => {
    const server = await serve({
      context: async (headers) => await Promise.resolve({ caller: headers['x-caller'] }),
    });
    const response = await post(server, query('context'), { 'x-caller': 'desk' });
    expect([response.status, await response.json()]).toEqual([
      200,
      { data: { context: '{"caller":"desk"}' } },
    ]);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
  });

  it('needs no context', async () => {
    expect(await (await post(await serve(), query('context'))).json()).toEqual({ data: { context: '{}' } });
  });

  it.each([
    { name: 'always, if nobody says', given: {}, expected: 200 },
    { name: 'yes', given: { healthy: async () => await Promise.resolve(true) }, expected: 200 },
    { name: 'no', given: { healthy: async () => await Promise.resolve(false) }, expected: 503 },
    {
      name: 'it cannot be said',
      given: { healthy: async () => await Promise.reject(new Error('secret')) },
      expected: 500,
    },
  ])('answers whether it is healthy: $name', async ({ given, expected }) => {
    const server = await serve(given);
    const response = await fetch(server.url.replace('/graphql', '/health'));
    expect(response.status).toBe(expected);
    expect(await response.text()).not.toContain('secret');
  });

  it.each([
    { name: 'another path', given: { path: '/secret' }, expected: 404 },
    { name: 'another method', given: { method: 'PUT' }, expected: 405 },
    {
      name: "a browser's question whether it may ask",
      given: { method: 'OPTIONS', body: null },
      expected: 405,
    },
    { name: 'a body that is no JSON', given: { body: '{"query": secret' }, expected: 400 },
    { name: 'a body that is no UTF-8', given: { body: Uint8Array.of(0x22, 0xff, 0x22) }, expected: 400 },
    { name: 'a body that is no request', given: { body: '["secret"]' }, expected: 400 },
    { name: 'several requests in one', given: { body: `[${query('context')}]` }, expected: 400 },
    { name: 'what a form could send', given: { body: query('context'), type: 'text/plain' }, expected: 400 },
    { name: 'too large a body', given: { body: `"${'secret'.repeat(200)}"` }, expected: 413 },
  ])('refuses $name and quotes nothing', async ({ given, expected }) => {
    const { path = '/graphql', method = 'POST', body = '{}', type = 'application/json' } = given;
    const server = await serve();
    const headers = { 'content-type': type, origin: 'https://attacker.example' };
    const response = await fetch(server.url.replace('/graphql', path), { method, headers, body });
    expect(response.status).toBe(expected);
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(await response.text()).not.toMatch(/secret|stack/);
  });

  it('takes a body of just the size allowed', async () => {
    const body = query('context').padEnd(MOST_BODY_BYTES, ' ');
    const server = await serve();
    expect([(await post(server, body)).status, (await post(server, `${body} `)).status]).toEqual([200, 413]);
  });

  it('tells of what is not meant for callers, and of nothing else', async () => {
    const told: unknown[] = [];
    const server = await serve({
      formatError: (error) =>
        error.extensions?.['code'] === 'BAD_USER_INPUT' ? error : { message: 'It failed.' },
      onError: (error) => void told.push(error),
    });
    const gone = await send(server, UNFINISHED);
    gone.destroy();
    const texts = await Promise.all(
      ['wrong', 'broken'].map(async (field) => await (await post(server, query(field))).text()),
    );
    expect(texts[0]).toContain('Expected something else.');
    expect(texts[1]).toContain('It failed.');
    expect(texts.join()).not.toMatch(/secret|stack/);
    expect(told).toEqual([expect.objectContaining({ message: 'secret' })]);
  });

  it('says when it cannot have its port', async () => {
    const port = Number(new URL((await serve()).url).port);
    await expect(serve({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('a stopped subgraph', () => {
  it('has answered what it was asked before, does not wait for what may follow, and is gone', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const server = await serve({}, promise);
    const answer = post(server, query('slow'));
    await sleep(200);
    const asked = Date.now();
    const stopped = server.stop();
    await sleep(100);
    resolve('late');
    expect(await (await answer).json()).toEqual({ data: { slow: 'late' } });
    await stopped;
    expect(Date.now() - asked).toBeLessThan(900);
    await expect(post(server, query('context'))).rejects.toThrow('fetch failed');
    await server.stop();
  });

  it('waits a second for those who never finish, whatever became of requests before', async () => {
    const server = await serve();
    const large = 'x'.repeat(MOST_BODY_BYTES);
    await send(server, `${UNFINISHED.replace('length: 9', 'length: 9999')}${large}${large}`);
    (await send(server, UNFINISHED)).destroy();
    await send(server, UNFINISHED);
    await sleep(100);
    const asked = Date.now();
    await server.stop();
    expect(Date.now() - asked).toBeGreaterThan(900);
    expect(Date.now() - asked).toBeLessThan(5_000);
  });
});
