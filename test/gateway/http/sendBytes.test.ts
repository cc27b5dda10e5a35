import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { sendBytes } from '../../../gateway/http/sendBytes.ts';

const LENGTH = 20_000_000;
const SLICE_MS = 2_000;
/** With it, an answer of `LENGTH` may take 4 s. */
const SLOWEST = 10_000;

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

it.each([
  { name: 'at once', pauseMs: 0, isWhole: true },
  { name: 'slowly, though each slice in time', pauseMs: 150, isWhole: false },
])('a long answer that is taken $name: $isWhole', async ({ pauseMs, isWhole }) => {
  const listening = createServer((_, response) => {
    void sendBytes(response, Buffer.alloc(LENGTH), SLICE_MS, SLOWEST);
  }).listen(0, '127.0.0.1');
  server = listening;
  await once(listening, 'listening');
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  const began = performance.now();
  const answer = await new Promise<NodeJS.ReadableStream>((resolve) => get({ port: address.port }, resolve));
  let length = 0;
  let slice = 0;
  try {
    for await (const part of answer) {
      length += part.length;
      slice += part.length;
      if (slice < 262_144) continue;
      slice = 0;
      await sleep(pauseMs);
    }
  } catch {
    // It was cut off.
  }
  expect(length === LENGTH).toBe(isWhole);
  expect(performance.now() - began).toBeLessThan(9_000);
});
