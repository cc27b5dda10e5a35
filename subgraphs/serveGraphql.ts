import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { ApolloServer, HeaderMap } from '@apollo/server';
import type { BaseContext } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';

/**
 * What to serve and where; port 0 takes a free one.
 *
 * - `mostBodyBytes`: larger requests are refused.
 * - `context`: made of each request's headers; default: nothing.
 * - `healthy`: asked by `GET /health`; default: always.
 * - `formatError`: what of an error goes out; default: all but its stack.
 * - `onError`: is told of what was thrown and did not go out as it was.
 */
export interface ServeOptions {
  readonly schema: GraphQLSchema;
  readonly host: string;
  readonly port: number;
  readonly mostBodyBytes: number;
  readonly context?: (headers: IncomingHttpHeaders) => Promise<BaseContext>;
  readonly healthy?: () => Promise<boolean>;
  readonly formatError?: (error: GraphQLFormattedError) => GraphQLFormattedError;
  readonly onError?: (error: unknown) => void;
}

export interface RunningServer {
  /** `http://host:port/graphql` */
  readonly url: string;
  /** Takes no new requests, gives those in flight a second, and closes the port. */
  readonly stop: () => Promise<void>;
}

const STOP_GRACE_MS = 1_000;
const STOP_POLL_MS = 50;
/** Above the gateway's own limit for idle connections, so that it is the gateway that ends them. */
const KEEP_ALIVE_MS = 30_000;

/**
 * Serves one subgraph: GraphQL by `POST /graphql`, and `GET /health` for health checks.
 *
 * It has a server of its own because Apollo's standalone one allows every web page to read the answers (CORS `*`),
 * quotes a body that it cannot read, and ends the process when its port is taken.
 * @throws Error of `listen` (`EADDRINUSE`, `EACCES`, …) when it cannot have the port.
 */
export async function serveGraphql(options: ServeOptions): Promise<RunningServer> {
  const httpServer = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const apollo = new ApolloServer({
    schema: options.schema,
    introspection: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    formatError: (formatted, error) => {
      const outward = options.formatError?.(formatted) ?? formatted;
      if (outward !== formatted) options.onError?.(error);
      return outward;
    },
    plugins: [
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  httpServer.on('request', (request, response) => {
    answer(apollo, options, request, response).catch((error: unknown) => {
      // The cause may quote the body, so it is not passed on.
      options.onError?.(error);
      send(response, 500, 'The subgraph could not answer. Try again; its log says what failed.');
    });
  });
  try {
    const port = await listen(httpServer, options);
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    const stop = async (): Promise<void> => {
      await close(httpServer);
      await apollo.stop();
    };
    return { url: `http://${host}:${port}/graphql`, stop };
  } catch (error) {
    await apollo.stop();
    throw error;
  }
}

async function answer(
  apollo: ApolloServer,
  options: ServeOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url?.split('?')[0];
  if (path === '/health') {
    const healthy = (await options.healthy?.()) ?? true;
    return send(response, healthy ? 200 : 503, healthy ? null : 'What the subgraph needs does not answer.');
  }
  if (path !== '/graphql') return send(response, 404, 'Nothing here; send GraphQL to /graphql by POST.');
  if (request.method !== 'POST') return send(response, 405, 'Send GraphQL by POST, as application/json.');
  const body = await readBody(request, options.mostBodyBytes);
  if (body === 'cutOff') return;
  if (body === 'tooLarge') return send(response, 413, `Expected at most ${options.mostBodyBytes} bytes.`);
  if (body === 'notJson')
    return send(response, 400, 'Expected a JSON body in UTF-8: {"query": "…", "variables": {…}}.');

  const headers = new HeaderMap();
  for (const [key, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(key, Array.isArray(value) ? value.join(', ') : value);
  }
  const result = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body: body.json },
    context: async () => (await options.context?.(request.headers)) ?? {},
  });
  for (const [key, value] of result.headers) response.setHeader(key, value);
  response.setHeader('cache-control', 'private, no-store');
  response.statusCode = result.status ?? 200;
  if (result.body.kind === 'complete') {
    response.end(result.body.string);
    return;
  }
  for await (const chunk of result.body.asyncIterator) response.write(chunk);
  response.end();
}

/** `cutOff`: its sender went away half-way, and nobody is left to answer. */
type Body = { readonly json: unknown } | 'notJson' | 'tooLarge' | 'cutOff';

/** Reads to the end, also what is too large and not kept: who still sends may miss an answer. */
async function readBody(request: IncomingMessage, mostBytes: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= mostBytes) chunks.push(chunk);
    }
  } catch {
    return 'cutOff';
  }
  if (bytes > mostBytes) return 'tooLarge';
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    return { json: JSON.parse(text) as unknown };
  } catch {
    return 'notJson';
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

async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/**
 * Apollo's plugin for this, which drains the server, throws where nobody can catch it once a request was destroyed.
 */
async function close(server: Server): Promise<void> {
  // A connection that is kept alive becomes idle, and stays, when its request has been answered.
  const tidy = setInterval(() => server.closeIdleConnections(), STOP_POLL_MS);
  const cut = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(tidy);
  clearTimeout(cut);
}
