import { once } from 'node:events';
import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDrain, type Drain } from '../../../gateway/http/drainServer.ts';

let server: Server;
let port = 0;
let drain: Drain;
let agent: Agent;
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  answer = (response) => response.end('there');
  server = createServer((_, response) => answer(response));
  drain = createDrain(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  ({ port } = address);
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});

afterEach(() => {
  agent.destroy();
  server.closeAllConnections();
  server.close();
});

async function ask(by: Agent | undefined = agent): Promise<{ answer: IncomingMessage; body: string }> {
  const sent = request({ host: '127.0.0.1', port, agent: by });
  const answering = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.once('error', reject);
  });
  sent.end();
  const answered = await answering;
  return { answer: answered, body: await text(answered) };
}

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

async function took(work: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work;
  return performance.now() - began;
}

const LONG = 20_000;

describe('a server that is drained', () => {
  it('keeps connections open until then', async () => {
    expect((await ask()).answer.headers.connection).toBe('keep-alive');
    expect((await ask()).answer.headers.connection).toBe('keep-alive');
  });

  it('goes on listening during the notice, and ends each connection after an answer', async () => {
    await ask();
    const drained = drain({ noticeMs: 600, requestsMs: LONG });
    for (let turn = 0; turn < 3; turn++) {
      const { answer: answered, body } = await ask();
      expect({ connection: answered.headers.connection, body }).toEqual({
        connection: 'close',
        body: 'there',
      });
    }
    expect(await took(drained)).toBeLessThan(LONG / 2);
    await expect(ask(new Agent())).rejects.toThrow('ECONNREFUSED');
  });

  it('lets a request in flight finish, and says on its answer that it was the last', async () => {
    const held = Promise.withResolvers<ServerResponse>();
    answer = (response) => held.resolve(response);
    const asked = ask();
    const response = await held.promise;
    const drained = drain({ noticeMs: 0, requestsMs: LONG });
    await sleep(300);
    response.end('late');
    const { answer: answered, body } = await asked;
    expect({ connection: answered.headers.connection, body }).toEqual({ connection: 'close', body: 'late' });
    expect(await took(drained)).toBeLessThan(LONG / 2);
  });

  it('closes connections that are idle at once', async () => {
    await ask();
    expect(await took(drain({ noticeMs: 0, requestsMs: LONG }))).toBeLessThan(LONG / 2);
  });

  it('does not wait for connections over which nothing was ever asked', async () => {
    const silent = await open();
    const ended = once(silent, 'close');
    await sleep(50);
    expect(await took(drain({ noticeMs: 0, requestsMs: LONG }))).toBeLessThan(LONG / 2);
    await ended;
  });

  it.each([
    { name: 'whose answer never comes', head: 'GET / HTTP/1.1\r\nhost: x\r\n\r\n' },
    {
      name: 'that is never sent to its end',
      head: 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf',
    },
    { name: 'whose head is never sent to its end', head: 'GET / HTTP/1.1\r\nhost: ' },
  ])('cuts off a request $name, in time', async ({ head }) => {
    answer = () => undefined;
    const stalled = await open();
    stalled.on('error', () => undefined);
    const ended = once(stalled, 'close');
    stalled.write(head);
    await sleep(100);
    const time = await took(drain({ noticeMs: 0, requestsMs: 700 }));
    expect(time).toBeGreaterThan(600);
    expect(time).toBeLessThan(LONG / 2);
    await ended;
  });

  it('says how many requests were cut off, once each has learnt that nobody waits for it', async () => {
    let closed = 0;
    answer = (response) => response.once('close', () => (closed += 1));
    const asking = [0, 1, 2].map(async () => await ask(new Agent()).catch(() => 'cut off'));
    await sleep(100);
    expect(await drain({ noticeMs: 0, requestsMs: 300 })).toBe(3);
    expect(closed).toBe(3);
    expect(await Promise.all(asking)).toEqual(['cut off', 'cut off', 'cut off']);
  });

  it('cuts off a client that does not read its answer, in time', async () => {
    answer = (response) => {
      response.end(Buffer.alloc(64 * 1024 * 1024));
    };
    const stalled = await open();
    stalled.on('error', () => undefined);
    stalled.pause();
    stalled.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await sleep(200);
    expect(await took(drain({ noticeMs: 0, requestsMs: 500 }))).toBeLessThan(LONG / 2);
    stalled.destroy();
  });
});
