import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

/** A balancer as one would put before several gateways. */
export interface Balancer {
  readonly url: string;
  /** Which of the gateways are asked at the moment, in the order in which they were given. */
  readonly ready: () => readonly boolean[];
  /** How many requests each was given. */
  readonly given: () => readonly number[];
  readonly close: () => Promise<void>;
}

interface Backend {
  readonly port: number;
  readonly agent: Agent;
  isReady: boolean;
  given: number;
  /** How often in a row it did not say anything. */
  silent: number;
}

const LOOK_EVERY_MS = 100;
const LOOK_TIMEOUT_MS = 2_000;
const MOST_SILENT = 5;

/**
 * Starts a balancer on a free port: requests in turn to those gateways whose `/health/ready` says so, on kept-alive
 * connections. It sends no request twice, but where a connection was refused, so that nothing was sent.
 */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const backends: readonly Backend[] = ports.map((port) => ({
    port,
    agent: new Agent({ keepAlive: true, maxSockets: 64 }),
    isReady: false,
    given: 0,
    silent: 0,
  }));
  let turn = 0;

  const look = async (backend: Backend): Promise<void> => {
    const said = await fetch(`http://127.0.0.1:${String(backend.port)}/health/ready`, {
      signal: AbortSignal.timeout(LOOK_TIMEOUT_MS),
    }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status === 200;
      },
      (error: unknown) => (isRefused(error) ? false : null),
    );
    // One that is busy is left in service for a while; one that says no, or is not there, is not.
    backend.silent = said === null ? backend.silent + 1 : 0;
    if (said !== null || backend.silent >= MOST_SILENT) backend.isReady = said === true;
  };
  await Promise.all(backends.map(look));
  const closing = new AbortController();
  const { signal } = closing;
  const looking = backends.map(async (backend) => {
    while (!signal.aborted) {
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      await look(backend);
    }
  });

  const pick = (not: readonly Backend[]): Backend | null => {
    for (let tried = 0; tried < backends.length; tried++) {
      turn = (turn + 1) % backends.length;
      const backend = backends[turn];
      if (backend?.isReady === true && !not.includes(backend)) return backend;
    }
    return null;
  };

  const pass = (
    incoming: IncomingMessage,
    body: Buffer,
    outgoing: ServerResponse,
    not: readonly Backend[],
  ): void => {
    const backend = pick(not);
    if (backend === null) {
      outgoing.writeHead(503).end('no gateway is ready');
      return;
    }
    backend.given += 1;
    const { connection: _, ...headers } = incoming.headers;
    const asked = request({
      host: '127.0.0.1',
      port: backend.port,
      agent: backend.agent,
      method: incoming.method,
      path: incoming.url,
      headers,
    });
    asked.on('response', (answer) => {
      const { connection: __, 'keep-alive': ___, ...given } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, given);
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    });
    asked.on('error', (error) => {
      if ('code' in error && error.code === 'ECONNREFUSED') {
        backend.isReady = false;
        return pass(incoming, body, outgoing, [...not, backend]);
      }
      if (outgoing.headersSent) outgoing.destroy();
      else
        outgoing
          .writeHead(502)
          .end(`the gateway was lost: ${'code' in error ? String(error.code) : error.name}`);
    });
    asked.end(body);
  };

  const server = createServer((incoming, outgoing) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => pass(incoming, Buffer.concat(parts), outgoing, []));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  return {
    url: `http://127.0.0.1:${String(address.port)}/graphql`,
    ready: () => backends.map(({ isReady }) => isReady),
    given: () => backends.map(({ given }) => given),
    async close() {
      closing.abort();
      await Promise.all(looking);
      server.closeAllConnections();
      server.close();
      for (const { agent } of backends) agent.destroy();
    },
  };
}

/** Whether nobody listens there. */
function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}
