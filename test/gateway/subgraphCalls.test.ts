import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { SudareOptions } from '../../gateway/sudare.ts';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';

const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const typeDefs = `
  type Query { hello: String }
  type Mutation { pay: String }
`;

interface Subgraph {
  readonly arrived: () => readonly { readonly headers: IncomingHttpHeaders; readonly body: string }[];
  /** Answers that the gateway did not wait for. */
  readonly left: () => number;
  readonly gateway: TestGateway;
}

/** A gateway before one subgraph whose every call the test sees. */
async function start(
  override: Partial<SudareOptions>,
  manner: (response: ServerResponse, answer: () => void) => void = (_, answer) => answer(),
): Promise<Subgraph> {
  const arrived: { headers: IncomingHttpHeaders; body: string }[] = [];
  let left = 0;
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) left += 1;
    });
    const take = async (): Promise<void> => {
      const body = await text(request);
      arrived.push({ headers: request.headers, body });
      manner(response, () =>
        response.end(body.includes('pay') ? '{"data":{"pay":"ok"}}' : '{"data":{"hello":"ok"}}'),
      );
    };
    take().catch(() => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const gateway = await startGateway({
    subgraphs: [{ name: 'people', typeDefs }],
    override: { subgraphUrls: new Map([['people', `http://127.0.0.1:${address.port}/`]]), ...override },
  });
  closing.push(async () => await gateway.close());
  return { arrived: () => arrived, left: () => left, gateway };
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 3_000 && !holds(); waited += 5) await sleep(5);
  expect(holds()).toBe(true);
}

describe('headers of the client’s request', () => {
  const headers = {
    authorization: 'Bearer canary',
    'accept-language': 'ja',
    'x-tenant': 'canary-tenant',
    'x-end-user': 'user:u_1',
    cookie: 'canary=1',
  };

  it('do not go on', async () => {
    const { gateway, arrived } = await start({});
    await gateway.send({ query: '{ hello }', headers });
    const [call] = arrived();
    expect(Object.keys(call?.headers ?? {}).toSorted()).toEqual([
      'accept',
      'connection',
      'content-length',
      'content-type',
      'host',
      'x-request-timeout',
    ]);
  });

  it('go on where they are named, those of each request its own', async () => {
    const { gateway, arrived } = await start({ forwardHeaders: ['X-Tenant', 'authorization'] });
    await Promise.all([
      gateway.send({ query: '{ hello }', headers }),
      gateway.send({ query: '{ hello }', headers: { 'x-tenant': 'b' } }),
      gateway.send({ query: '{ hello }' }),
    ]);
    const got = arrived().map((call) => [
      call.headers['x-tenant'] ?? null,
      call.headers.authorization ?? null,
    ]);
    expect(got).toHaveLength(3);
    expect(got).toEqual(
      expect.arrayContaining([
        ['canary-tenant', 'Bearer canary'],
        ['b', null],
        [null, null],
      ]),
    );
    expect(arrived().every((call) => call.headers['x-end-user'] === undefined)).toBe(true);
  });

  it('are told nowhere, where the call fails too', async () => {
    const { gateway } = await start({ forwardHeaders: ['x-tenant', 'authorization'] }, (response) =>
      response.destroy(),
    );
    const answer = await gateway.send({ query: '{ hello }', headers });
    expect(answer.errors.map(({ extensions }) => extensions['code'])).toEqual(['SUBGRAPH_ERROR']);
    expect(answer.text + gateway.logged() + gateway.audited().join('')).not.toContain('canary');
  });
});

describe('a subgraph’s time-out', () => {
  it('is its own', async () => {
    const { gateway } = await start({ subgraphs: new Map([['people', { timeoutMs: 50 }]]) }, () => undefined);
    const answer = await gateway.send({ query: '{ hello }' });
    expect(answer.data).toEqual({ hello: null });
    expect(gateway.logged()).toContain('ETIMEDOUT');
  });

  it('is refused for a subgraph that there is not', async () => {
    await expect(start({ subgraphs: new Map([['peopel', {}]]) })).rejects.toThrow(
      /peopel: the supergraph has no such subgraph; it has people/,
    );
  });
});

/** Sends an operation, and hangs up when the subgraph was asked. */
async function leave(gateway: TestGateway, query: string, whenArrived: () => boolean): Promise<void> {
  const leaving = new AbortController();
  const sent = fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-client-id': 'support-desk' },
    body: JSON.stringify({ query }),
    signal: leaving.signal,
  });
  await until(whenArrived);
  leaving.abort();
  await expect(sent).rejects.toThrow();
}

describe('where the client is gone', () => {
  it('a query is given up', async () => {
    const { gateway, arrived, left } = await start({}, () => undefined);
    await leave(gateway, '{ hello }', () => arrived().length === 1);
    await until(() => left() === 1);
    await until(() => gateway.logged().includes('ECANCELED'));
  });

  it('a mutation is waited for', async () => {
    const answers: (() => void)[] = [];
    const { gateway, arrived, left } = await start({}, (_, answer) => void answers.push(answer));
    await leave(gateway, 'mutation { pay }', () => arrived().length === 1);
    await sleep(100);
    expect(left()).toBe(0);
    for (const answer of answers) answer();
    // What was written is on record.
    await until(() => gateway.audited().some((line) => line.includes('Mutation.pay')));
    expect(left()).toBe(0);
  });
});
