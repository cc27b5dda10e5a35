import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, startRedis } from './harness.ts';

async function ask(port: number, command: string, waitMs: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const answer = new Promise<string>((resolve) => {
    socket.once('data', (data) => resolve(data.toString()));
    socket.once('error', () => resolve('refused'));
    socket.setTimeout(waitMs, () => resolve('silent'));
  });
  socket.write(`${command}\r\n`);
  return await answer.finally(() => socket.destroy());
}

test('a Redis of its own answers, falls silent when paused, and is gone when killed', async () => {
  const redis = await startRedis();
  expect(await ask(redis.port, 'PING', 2_000)).toBe('+PONG\r\n');
  await redis.pause();
  expect(await ask(redis.port, 'PING', 300)).toBe('silent');
  await redis.resume();
  expect(await ask(redis.port, 'PING', 2_000)).toBe('+PONG\r\n');
  await redis.kill();
  expect(await ask(redis.port, 'PING', 2_000)).toBe('refused');
  await redis.stop();
});

test('another Redis can come back on the port of one that is gone', async () => {
  const port = await freePort();
  const first = await startRedis({ port });
  await first.kill();
  const second = await startRedis({ port });
  expect(await ask(port, 'PING', 2_000)).toBe('+PONG\r\n');
  expect(second.pid).not.toBe(first.pid);
  await second.stop();
});
