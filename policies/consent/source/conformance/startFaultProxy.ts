import {
  createServer,
  request as forward,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { SourceFault } from './conformanceHarness.ts';

/** An HTTP server before another one, which makes the faults that conformance checks try. */
export interface FaultProxy {
  /** Where it listens, in place of the other one: http, loopback, a free port that stays the same. */
  readonly url: string;
  readonly behave: (fault: SourceFault | null) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const PART = Buffer.alloc(1024 * 1024, ' ');
const PARTS = 256;

/** All faults that the proxy makes. */
export const PROXY_FAULTS: readonly SourceFault[] = Object.freeze([
  'hang',
  'down',
  'failing',
  'malformed',
  'cut-off',
  'oversized',
  'replayed',
]);

/** Starts a proxy for `target`, the origin of an http server: `http://127.0.0.1:4007`. Test equipment only. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const origin = new URL(target);
  let fault: SourceFault | null = null;
  let last: Reply = { status: 502, body: Buffer.alloc(0) };
  let server: Server | null = null;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await bytesOf(request);
    if (fault === 'hang') return;
    if (fault === 'failing') return void response.writeHead(500).end();
    if (fault === 'malformed') return void response.writeHead(200).end('<html>not what it should be</html>');
    const reply = await forwarded(origin, request, asked);
    if (fault === null) last = reply;
    const { status, body: told } = fault === 'replayed' ? last : reply;
    response.writeHead(status, { 'content-type': 'application/json' });
    if (fault === 'cut-off') {
      response.write(told.subarray(0, Math.floor(told.length / 2)), () => response.destroy());
    } else if (fault === 'oversized') {
      await sendMuch(response, told);
    } else {
      response.end(told);
    }
  }

  async function listen(port: number): Promise<number> {
    const started = createServer((request, response) => {
      answer(request, response).catch(() => response.destroy());
    });
    server = started;
    await new Promise<void>((resolve, reject) => {
      started.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    const address = started.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  async function close(): Promise<void> {
    const stopped = server;
    server = null;
    if (stopped === null) return;
    const closed = new Promise((resolve) => stopped.close(resolve));
    stopped.closeAllConnections();
    await closed;
  }

  const port = await listen(0);
  return {
    url: `http://127.0.0.1:${port}`,
    behave: async (next) => {
      fault = next;
      if (next === 'down') await close();
      else if (server === null) await listen(port);
    },
    stop: close,
  };
}

interface Reply {
  readonly status: number;
  readonly body: Buffer;
}

async function forwarded(origin: URL, request: IncomingMessage, body: Buffer): Promise<Reply> {
  const { host: _, connection: __, ...headers } = request.headers;
  return await new Promise<Reply>((resolve, reject) => {
    const sent = forward(
      {
        host: origin.hostname,
        port: origin.port,
        path: request.url,
        method: request.method,
        headers,
        agent: false,
      },
      (reply) => {
        bytesOf(reply).then((bytes) => resolve({ status: reply.statusCode ?? 502, body: bytes }), reject);
      },
    );
    sent.once('error', reject).end(body);
  });
}

/** White space, which JSON allows, for as long as anybody takes it, and then what was to be said. */
async function sendMuch(response: ServerResponse, told: Buffer): Promise<void> {
  for (let part = 0; part < PARTS && !response.destroyed; part += 1) {
    await new Promise((resolve) => response.write(PART, resolve));
  }
  response.end(told);
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}
