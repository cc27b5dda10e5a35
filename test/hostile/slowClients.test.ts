import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { CANARY, exchange, get, post, type Sent } from './exchange.ts';
import { hostileRun, type HostileRow } from './hostileRun.ts';

const good = JSON.stringify({ query: '{ hello }' });
const code = 'REQUEST_INVALID';

/** Bytes one by one, with a pause after each. */
const dripping = (text: string, pauseMs: number): Sent => text.split('').flatMap((each) => [each, pauseMs]);

const limits = { headersMs: 1_000, receivingMs: 2_000, sendingMs: 1_000, keepAliveMs: 1_000 } as const;

const rows: readonly HostileRow[] = [
  {
    name: 'headers that never end',
    send: () => ['POST /graphql HTTP/1.1\r\nhost: localhost\r\n'],
    expected: [408],
    code,
  },
  {
    name: 'headers that come one byte at a time',
    send: () => dripping(`POST /graphql HTTP/1.1\r\nhost: localhost\r\nx-a: ${CANARY.repeat(20)}`, 20),
    expected: [408],
    code,
  },
  {
    name: 'a header line every now and then',
    send: () => [
      'POST /graphql HTTP/1.1\r\n',
      ...Array.from({ length: 30 }, (_, at) => [`x-${at}: 1\r\n`, 150]).flat(),
    ],
    expected: [408],
    code,
  },
  {
    name: 'a body that comes one byte at a time',
    send: () => [post('', ['content-length: 4000']), ...dripping(`{"query":"${CANARY.repeat(20)}`, 20)],
    expected: [408],
    code,
  },
  {
    name: 'chunks that come every now and then',
    send: () => [
      post('', ['-content-length', 'transfer-encoding: chunked']),
      ...Array.from({ length: 40 }, () => ['1\r\n{\r\n', 100]).flat(),
    ],
    expected: [408],
    code,
  },
  { name: 'nothing', send: () => [], expected: [408], code },
  { name: 'an empty line', send: () => ['\r\n'], expected: [408], code },
  {
    name: 'headers broken off',
    send: () => [`POST /graphql HTTP/1.1\r\nhost: ${CANARY}`],
    expected: 'closed',
    options: { afterwards: 'leave' },
  },
  {
    name: 'a body broken off',
    send: () => [post(good.slice(0, 10), ['content-length: 400']), 50],
    expected: 'closed',
    options: { afterwards: 'leave' },
  },
  {
    name: 'a request whose answer nobody waits for',
    send: () => [post(good)],
    expected: 'closed',
    options: { afterwards: 'leave' },
  },
  {
    name: 'a hundred requests at once over one connection, each with an answer',
    send: () => [Buffer.concat(Array.from({ length: 100 }, () => post(good)))],
    expected: Array.from({ length: 100 }, () => 200),
    options: { answers: 100 },
  },
  {
    name: 'good and bad ones at once, each with its own answer',
    send: () => [post(good), post(`{${CANARY}`), get(`/${CANARY}`), post(good)],
    expected: [200, 400, 404, 200],
    options: { answers: 4 },
  },
  {
    name: 'an idle connection after an answer',
    send: () => [post(good)],
    expected: [200],
    options: { answers: 2 },
  },
];

hostileRun('slow clients', rows, { serving: { limits } });

describe('many connections', () => {
  let gateway: TestGateway;
  const sockets: Socket[] = [];
  const open = async (): Promise<Socket> => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };

  beforeAll(async () => {
    gateway = await startGateway({
      subgraphs: [
        {
          name: 'people',
          typeDefs: 'type Query { hello: String, some: [String!], long: [String!] }',
          resolvers: {
            Query: {
              hello: () => 'world',
              some: () => Array.from({ length: 100 }, () => 'x'.repeat(500)),
              long: () => Array.from({ length: 60_000 }, () => 'x'.repeat(500)),
            },
          },
        },
      ],
      serving: { limits: { ...limits, connections: 150 } },
    });
  });

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await gateway.close();
  });

  it('that say nothing leave room for others, and are closed in time', async () => {
    const silent = await Promise.all(Array.from({ length: 100 }, open));
    const { statuses } = await exchange(gateway.url, [post(good)]);
    expect(statuses).toEqual([200]);
    await Promise.all(silent.map(async (socket) => socket.resume().closed || (await once(socket, 'close'))));
  });

  it('beyond their number are closed at once, and those before are answered', async () => {
    const first = await open();
    const more = await Promise.all(Array.from({ length: 200 }, open));
    await sleep(200);
    expect(more.filter(({ closed }) => closed).length).toBeGreaterThanOrEqual(50);
    const answered = once(first, 'data');
    first.write(post(good));
    expect(String(await answered)).toContain('200 OK');
    for (const socket of sockets) socket.destroy();
    await sleep(200);
    expect((await exchange(gateway.url, [post(good)])).statuses).toEqual([200]);
  });

  it.each([
    ['of health', get('/health')],
    ['of other pages', get(`/${CANARY}`)],
    ['of refused requests', post('{')],
    ['of preflights', 'OPTIONS /graphql HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    // Of some length, or it takes tens of thousands of them.
    ['of requests', post(JSON.stringify({ query: '{ some }' }))],
  ])('that do not take the short answers %s are cut off', async (_, request) => {
    const socket = await open();
    // It never reads; what lies between the two is full after some thousands.
    socket.pause();
    const asking = Buffer.concat(Array.from({ length: 500 }, () => Buffer.from(request)));
    while (socket.writableLength < 200_000 && !socket.closed) {
      socket.write(asking);
      await sleep(5);
    }
    // It still writes, by which it hears of the end.
    const began = performance.now();
    await vi.waitFor(() => expect(socket.closed).toBe(true), { timeout: 10_000, interval: 50 });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect((await exchange(gateway.url, [post(good)])).statuses).toEqual([200]);
  });

  it('that do not take a long answer are cut off', async () => {
    const socket = await open();
    let got = 0;
    socket.on('data', (chunk: Buffer) => (got += chunk.length));
    socket.write(post(JSON.stringify({ query: '{ long }' })));
    await once(socket, 'data');
    // 30 MB are more than what lies between the two.
    socket.pause();
    const began = performance.now();
    await sleep(5_000);
    socket.resume();
    await once(socket, 'close');
    expect(got).toBeLessThan(30_000_000);
    expect(performance.now() - began).toBeLessThan(20_000);
    expect((await exchange(gateway.url, [post(good)])).statuses).toEqual([200]);
  });

  it('over which a long answer is taken at once get all of it', async () => {
    const answer = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-client-id': 'support-desk' },
      body: JSON.stringify({ query: '{ long }' }),
    });
    expect((await answer.text()).length).toBeGreaterThan(30_000_000);
  });
});
