import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { graphql, type GraphQLSchema } from 'graphql';
import { z } from 'zod';
import type { Graph } from './graph.ts';
import { readMessage } from './httpBytes.ts';
import { SUBGRAPHS, subgraphSchema } from './subgraphs.ts';

/** One call of a subgraph. Times in ms, of this process. */
export interface Call {
  readonly subgraph: string;
  readonly body: string;
  readonly began: number;
  readonly ended: number;
}

/** Subgraphs that execute each request once, and from then on answer it with the same bytes. */
export interface RecordedSubgraphs {
  readonly urls: ReadonlyMap<string, string>;
  /** Requests that had to be executed since the last question: none while something is measured. */
  readonly executed: () => number;
  /** Runs `work` while each answer is held back a little, and tells which calls came, so that one sees what waited for what. */
  readonly calls: (work: () => Promise<void>) => Promise<readonly Call[]>;
  /** Forgets what was recorded. */
  readonly forget: () => void;
  readonly close: () => Promise<void>;
}

/** How long answers are held back while calls are watched, in ms. */
const HELD_BACK_MS = 15;

const bodySchema = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** Starts one server for each subgraph, on free loopback ports. */
export async function startRecordedSubgraphs(graph: Graph): Promise<RecordedSubgraphs> {
  const answers = new Map<string, Map<string, Buffer>>();
  // Gateways word their requests differently, and mostly get the same bytes: kept once.
  const distinct = new Map<string, Buffer>();
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const urls = new Map<string, string>();
  let executed = 0;
  let watched: Call[] | null = null;

  const execute = async (schema: GraphQLSchema, body: string): Promise<Buffer> => {
    executed += 1;
    const { query, variables, operationName } = bodySchema.parse(JSON.parse(body));
    const result = await graphql({
      schema,
      source: query,
      variableValues: variables ?? {},
      operationName: operationName ?? null,
      rootValue: graph,
    });
    const json = JSON.stringify(result);
    const known = distinct.get(json);
    if (known !== undefined) return known;
    const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\nconnection: keep-alive\r\n\r\n`;
    const bytes = Buffer.from(head + json);
    distinct.set(json, bytes);
    return bytes;
  };

  for (const name of SUBGRAPHS) {
    const schema = subgraphSchema(name, graph);
    const recorded = new Map<string, Buffer>();
    answers.set(name, recorded);
    const answerLater = async (socket: Socket, body: string): Promise<void> => {
      const began = performance.now();
      const bytes = recorded.get(body) ?? (await execute(schema, body));
      recorded.set(body, bytes);
      if (watched !== null) {
        await sleep(HELD_BACK_MS);
        watched.push({ subgraph: name, body, began, ended: performance.now() });
      }
      socket.write(bytes);
    };
    const server = createServer({ noDelay: true }, (socket) => {
      let pending: Buffer | null = null;
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      socket.on('data', (data: Buffer) => {
        let given = pending === null ? data : Buffer.concat([pending, data]);
        for (;;) {
          const message = readMessage(given);
          if (message === null) break;
          given = given.subarray(message.length);
          const body = message.body.toString('latin1');
          const bytes = watched === null ? recorded.get(body) : undefined;
          if (bytes !== undefined) socket.write(bytes);
          else answerLater(socket, body).catch(() => socket.destroy());
        }
        pending = given.length === 0 ? null : given;
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
    servers.push(server);
    urls.set(name, `http://127.0.0.1:${address.port}/graphql`);
  }

  return {
    urls,
    executed() {
      const count = executed;
      executed = 0;
      return count;
    },
    async calls(work) {
      const mine: Call[] = [];
      watched = mine;
      try {
        await work();
      } finally {
        watched = null;
      }
      return mine;
    },
    forget() {
      for (const recorded of answers.values()) recorded.clear();
      distinct.clear();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(
        servers.map(async (server) => {
          server.close();
          await once(server, 'close');
        }),
      );
    },
  };
}
