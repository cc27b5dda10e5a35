import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { limitedServer } from '../../../gateway/http/limitedServer.ts';
import { limitsOf } from '../../../gateway/limits/limits.ts';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const GET = 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n';
const GARBAGE = '\0\0\r\n\r\n';

describe('what is no HTTP', () => {
  it.each([
    { name: 'alone is answered', sent: [GARBAGE], expected: /^HTTP\/1\.1 400 /, refused: [400] },
    { name: 'in the middle of an answer', sent: [GET, GARBAGE], expected: /\r\n\r\nx{100}$/, refused: [] },
    {
      name: 'behind a request that waits for another one’s answer',
      sent: [GET, GET, GARBAGE],
      expected: /\r\n\r\nx{100}$/,
      refused: [],
    },
  ])('$name', async ({ sent, expected, refused }) => {
    const told: number[] = [];
    let requests = 0;
    // The first answer never goes beyond its first part.
    const listening = limitedServer(
      limitsOf(),
      (_, response) => {
        requests += 1;
        if (requests === 1) response.writeHead(200, { 'content-length': '1000' }).write('x'.repeat(100));
      },
      (status) => told.push(status),
    );
    server = listening.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const address = listening.address();
    if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
    const socket = connect(address.port, '127.0.0.1');
    let received = '';
    socket.setEncoding('latin1').on('data', (part: string) => (received += part));
    socket.on('error', () => undefined);
    for (const [at, each] of sent.entries()) {
      socket.write(each);
      if (each !== GET) break;
      await expect.poll(() => requests).toBe(at + 1);
      await expect.poll(() => received).toMatch(/x{100}$/);
    }
    await expect.poll(() => socket.closed).toBe(true);
    expect(received).toMatch(expected);
    expect(told).toEqual(refused);
  });
});
