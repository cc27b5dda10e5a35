import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLink, type Link } from './link.ts';

let echo: Server;
let link: Link;
const sockets: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => void socket.on('error', () => undefined).pipe(socket));
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const address = echo.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  link = await openLink(address.port);
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await link.close();
  echo.close();
});

async function connected(): Promise<Socket> {
  const socket = connect(link.port, '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** What comes back of a text, and after how many ms. */
async function echoed(socket: Socket, text: string): Promise<readonly [string, number]> {
  const sent = performance.now();
  const answer = once(socket, 'data');
  socket.write(text);
  return [String((await answer)[0]), performance.now() - sent];
}

it('leads there and back', async () => {
  expect((await echoed(await connected(), 'a'))[0]).toBe('a');
});

it.each(['there', 'back'] as const)('holds back what goes %s', async (direction) => {
  const socket = await connected();
  link.delay(direction, 300);
  const [text, ms] = await echoed(socket, 'late');
  expect(text).toBe('late');
  expect(ms).toBeGreaterThan(295);
  link.delay(direction, 0);
  expect((await echoed(socket, 'soon'))[1]).toBeLessThan(295);
});

it('keeps the order of what it holds back and what comes after that', async () => {
  const socket = await connected();
  const came: string[] = [];
  socket.on('data', (bytes) => came.push(String(bytes)));
  link.delay('there', 10_000);
  const send = async (...texts: readonly string[]): Promise<void> => {
    for (const text of texts) {
      socket.write(text);
      await sleep(50);
    }
  };
  await send('1', '2');
  await link.heal();
  await send('3', '4');
  await expect.poll(() => came.join('')).toBe('1234');
});

it('frozen, lets nothing through and keeps connections open, until it is healed', async () => {
  const socket = await connected();
  link.freeze();
  const answer = echoed(socket, 'held');
  expect(await Promise.race([answer, sleep(300, 'nothing')])).toBe('nothing');
  expect(socket.destroyed).toBe(false);
  await link.heal();
  expect((await answer)[0]).toBe('held');
});

it('breaks connections by RST, and lets new ones through', async () => {
  const socket = await connected();
  await echoed(socket, 'a');
  const failed = once(socket, 'error');
  link.reset();
  expect(String((await failed)[0])).toContain('ECONNRESET');
  expect((await echoed(await connected(), 'b'))[0]).toBe('b');
});

it('cut, breaks connections and refuses new ones, until it is healed', async () => {
  const socket = await connected();
  await echoed(socket, 'a');
  const closed = once(socket, 'close');
  await link.cut();
  await closed;
  await expect(connected()).rejects.toThrow('ECONNREFUSED');
  await link.heal();
  expect((await echoed(await connected(), 'b'))[0]).toBe('b');
});
