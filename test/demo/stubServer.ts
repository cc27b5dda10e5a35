import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';

/** How a stub answers one request; `hang` never does, `reset` closes the connection in the middle of its answer. */
export type StubReply =
  { readonly status?: number; readonly type?: string; readonly text: string } | 'hang' | 'reset';

/** A server on loopback whose manners can be changed while it runs. */
export interface StubServer {
  readonly url: string;
  readonly port: number;
  /** From now on it answers so. */
  readonly behave: (reply: (body: string) => Promise<StubReply>) => void;
  /** Bodies received since the last call. */
  readonly received: () => readonly string[];
  /** Stops listening: connections are refused until `up`. */
  readonly down: () => Promise<void>;
  readonly up: () => Promise<void>;
}

/** Starts a stub on a free port. */
export async function startStub(reply: (body: string) => Promise<StubReply>): Promise<StubServer> {
  let current = reply;
  let bodies: string[] = [];
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const body = await text(request);
      bodies.push(body);
      const given = await current(body);
      if (given === 'hang') return;
      if (given === 'reset') {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"data":');
        setTimeout(() => response.destroy(), 50);
        return;
      }
      response.writeHead(given.status ?? 200, { 'content-type': given.type ?? 'application/json' });
      response.end(given.text);
    };
    answer().catch(() => response.destroy());
  });
  const port = await listen(server, 0);
  return {
    url: `http://127.0.0.1:${String(port)}/graphql`,
    port,
    behave: (next) => {
      current = next;
    },
    received: () => {
      const since = bodies;
      bodies = [];
      return since;
    },
    down: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    up: async () => void (await listen(server, port)),
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  return address.port;
}
