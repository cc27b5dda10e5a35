import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { ApolloServer, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLSchemaModule } from '@apollo/subgraph/dist/schema-helper/index.js';
import { parse } from 'graphql';

export type SubgraphResolvers = NonNullable<GraphQLSchemaModule['resolvers']>;

export interface SubgraphDefinition {
  readonly name: string;
  /** The subgraph's `schema.graphql`. */
  readonly schema: URL;
  readonly resolvers: SubgraphResolvers;
}

/** Where to listen; port 0 takes a free one. */
export interface ListenAt {
  readonly host: string;
  readonly port: number;
}

export interface RunningSubgraph {
  readonly name: string;
  /** Its GraphQL endpoint, `http://host:port/graphql`. */
  readonly url: string;
  /** Finishes requests in flight, then closes the port. */
  stop(): Promise<void>;
}

const GRACE = 1_000;
const MOST_BODY_BYTES = 10 * 1024 * 1024;

/**
 * Serves one subgraph: GraphQL by `POST /graphql`, and `GET /health` for health checks.
 *
 * It has a server of its own because Apollo's standalone one allows every web page to read the answers (CORS `*`)
 * and ends the process when its port is taken. Like any subgraph it trusts its network: only the gateway may reach it.
 * @throws Error of `listen` (`EADDRINUSE`, `EACCES`, …) when it cannot have the port.
 */
export async function startSubgraph(
  { name, schema, resolvers }: SubgraphDefinition,
  { host, port }: ListenAt,
): Promise<RunningSubgraph> {
  const typeDefs = parse(await readFile(schema, 'utf8'));
  const httpServer = createServer();
  const apollo = new ApolloServer({
    schema: buildSubgraphSchema({ typeDefs, resolvers }),
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    plugins: [
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  httpServer.on('request', (request, response) => {
    answer(apollo, request, response).catch(() => {
      // The cause may quote the body, so it is not passed on.
      send(response, 500, 'The subgraph could not answer; see its schema for what it expects.');
    });
  });
  const stop = async (): Promise<void> => {
    await close(httpServer);
    await apollo.stop();
  };
  try {
    const taken = await listen(httpServer, { host, port });
    return { name, url: `http://${hostForUrl(host)}:${taken}/graphql`, stop };
  } catch (error) {
    await apollo.stop();
    throw error;
  }
}

async function answer(
  apollo: ApolloServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url?.split('?')[0];
  if (path === '/health') return send(response, 200, null);
  if (path !== '/graphql') return send(response, 404, 'Nothing here; send GraphQL to /graphql by POST.');
  if (request.method !== 'POST') return send(response, 405, 'Send GraphQL by POST, as application/json.');
  const body = await readJson(request);
  if (body.kind === 'tooLarge') return send(response, 413, `Expected at most ${MOST_BODY_BYTES} bytes.`);
  if (body.kind === 'notJson')
    return send(response, 400, 'Expected a JSON body: {"query": "…", "variables": {…}}.');
  const headers = new HeaderMap();
  for (const [key, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(key, Array.isArray(value) ? value.join(', ') : value);
  }
  const result = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body: body.value },
    context: async () => await Promise.resolve({}),
  });
  for (const [key, value] of result.headers) response.setHeader(key, value);
  response.statusCode = result.status ?? 200;
  if (result.body.kind === 'complete') {
    response.end(result.body.string);
    return;
  }
  for await (const chunk of result.body.asyncIterator) response.write(chunk);
  response.end();
}

type Body =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'notJson' }
  | { readonly kind: 'tooLarge' };

async function readJson(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) return { kind: 'notJson' };
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) return { kind: 'tooLarge' };
    chunks.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return { kind: 'json', value };
  } catch {
    return { kind: 'notJson' };
  }
}

function send(response: ServerResponse, status: number, message: string | null): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(message === null ? { status: 'ok' } : { errors: [{ message }] }));
}

async function listen(server: Server, at: ListenAt): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : at.port);
    });
  });
}

/** Takes no new requests, and leaves those in flight a second. */
async function close(server: Server): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), GRACE);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearTimeout(cut);
}

function hostForUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
