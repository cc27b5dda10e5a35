import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { GraphQLDataSourceRequestKind } from '@apollo/gateway/dist/datasources/types.js';
import { afterEach, describe, expect, it } from 'vitest';
import { Agent } from 'undici';
import { httpDataSource } from '../../../gateway/execute/httpDataSource.ts';

/** What a subgraph does with one request; it is told how many its socket has brought before. */
type Manner = (response: ServerResponse, socket: Socket, before: number) => void;

const answer: Manner = (response) => {
  response.setHeader('content-type', 'application/json');
  response.end('{"data":{"open":1}}');
};

const servers: Server[] = [];
const agents: Agent[] = [];

afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.destroy();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A real subgraph and a data source with kept-alive connections to it. */
async function startSubgraph(
  manner: Manner,
  connections = 1,
): Promise<{
  readonly ask: (query: string) => Promise<unknown>;
  readonly received: () => readonly string[];
  /** Closes every connection; the client cannot know before its event loop turns. */
  readonly hangUp: () => void;
}> {
  const received: string[] = [];
  const brought = new Map<Socket, number>();
  const server = createServer((request, response) => {
    const { socket } = request;
    const before = brought.get(socket) ?? 0;
    brought.set(socket, before + 1);
    const take = async (): Promise<void> => {
      received.push(await text(request));
      manner(response, socket, before);
    };
    void take();
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  const dispatcher = new Agent({ connections, keepAliveTimeout: 60_000 });
  agents.push(dispatcher);
  const source = httpDataSource({
    name: 'people',
    url: `http://127.0.0.1:${address.port}/graphql`,
    dispatcher,
    timeoutMs: 1_000,
  });
  return {
    ask: async (query) =>
      await source.process({
        kind: GraphQLDataSourceRequestKind.HEALTH_CHECK,
        request: { query },
        context: {},
      }),
    received: () => received,
    hangUp: () => server.closeAllConnections(),
  };
}

/** Closes each connection that is used again, so that the client finds out only when it has sent. */
const closingReused =
  (close: (socket: Socket) => void): Manner =>
  (response, socket, before) =>
    before === 0 ? answer(response, socket, before) : close(socket);

const WAYS: readonly { readonly name: string; readonly given: (socket: Socket) => void }[] = [
  { name: 'closed', given: (socket) => socket.destroy() },
  { name: 'reset', given: (socket) => socket.resetAndDestroy() },
];

describe('a kept-alive connection that was given up meanwhile', () => {
  it.each(WAYS)('is replaced for a query, where it was $name', async ({ given }) => {
    const subgraph = await startSubgraph(closingReused(given));
    await subgraph.ask('{ open }');
    expect(await subgraph.ask('query Open { open }')).toEqual({ data: { open: 1 } });
    expect(subgraph.received()).toHaveLength(3);
  });

  it('is replaced by one that was not, where several were given up', async () => {
    const subgraph = await startSubgraph(answer, 4);
    const askAll = async (): Promise<unknown[]> =>
      await Promise.all(['{ a }', '{ b }', '{ c }', '{ d }'].map(async (query) => await subgraph.ask(query)));
    await askAll();
    for (let round = 0; round < 5; round++) {
      subgraph.hangUp();
      expect(await askAll()).toHaveLength(4);
      subgraph.hangUp();
      expect(await subgraph.ask('{ e }')).toEqual({ data: { open: 1 } });
    }
  });

  it.each(WAYS)('fails a mutation, which is never sent twice, where it was $name', async ({ given }) => {
    const subgraph = await startSubgraph(closingReused(given));
    await subgraph.ask('{ open }');
    await expect(subgraph.ask('mutation { pay }')).rejects.toThrow();
    await expect(subgraph.ask('query { open }')).resolves.toEqual({ data: { open: 1 } });
    expect(subgraph.received().filter((body) => body.includes('pay'))).toHaveLength(1);
  });
});

describe('a query is sent', () => {
  it('twice at most', async () => {
    const subgraph = await startSubgraph((_response, socket) => socket.destroy());
    await expect(subgraph.ask('{ open }')).rejects.toThrow();
    expect(subgraph.received()).toHaveLength(2);
  });

  it('once where time ran out', async () => {
    const subgraph = await startSubgraph(() => undefined);
    await expect(subgraph.ask('{ open }')).rejects.toThrow(/timeout/);
    expect(subgraph.received()).toHaveLength(1);
  });

  it('once where the answer had begun', async () => {
    const subgraph = await startSubgraph((response, socket) => {
      response.write('{"data":', () => setTimeout(() => socket.destroy(), 20));
    });
    await expect(subgraph.ask('{ open }')).rejects.toThrow();
    expect(subgraph.received()).toHaveLength(1);
  });

  it('once where the document holds a mutation beside it', async () => {
    const subgraph = await startSubgraph((_response, socket) => socket.destroy());
    await expect(subgraph.ask('query A { open } mutation B { pay }')).rejects.toThrow();
    expect(subgraph.received()).toHaveLength(1);
  });
});
