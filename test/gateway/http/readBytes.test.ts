import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { readBytes } from '../../../gateway/http/readBytes.ts';

it('a client that left before its body was read has left', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  const sent = send({ port: address.port, method: 'POST', headers: { 'content-length': '9' } });
  sent.on('error', () => undefined);
  const coming = new Promise<IncomingMessage>((resolve) => server.once('request', resolve));
  sent.write('half');
  const received = await coming;
  received.on('error', () => undefined);
  sent.destroy();
  await expect.poll(() => received.destroyed).toBe(true);
  expect(await readBytes(received, 100)).toBe('left');
  server.close();
}, 5_000);
