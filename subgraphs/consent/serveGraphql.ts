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
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';

/**
 * What to serve and where; port 0 takes a free one. `context` is asked for with each request's headers,
 * `healthy` by `GET /health`. `onError` is told of what was thrown and not meant for callers.
 */
export interface ServeOptions<Context extends BaseContext> {
  readonly schema: GraphQLSchema;
  readonly host: string;
  readonly port: number;
  readonly context: (headers: IncomingHttpHeaders) => Promise<Context>;
  readonly healthy: () => Promise<boolean>;
  readonly formatError: (error: GraphQLFormattedError) => GraphQLFormattedError;
  readonly onError: (error: unknown) => void;
}

export interface RunningServer {
  /** `http://host:port/graphql` */
  readonly url: string;
  /** Finishes requests in flight, then closes the port. */
  readonly stop: () => Promise<void>;
}

const MOST_BODY_BYTES = 1024 * 1024;
const STOP_GRACE_MS = 1_000;
/** Above the gateway's own limit for idle connections, so that it is the gateway that ends them. */
const KEEP_ALIVE_MS = 30_000;

/** Serves GraphQL by `POST /graphql`. Throws the error of `listen` where it cannot have the port. */
export async function serveGraphql<Context extends BaseContext>(
  options: ServeOptions<Context>,
): Promise<RunningServer> {
  const httpServer = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const apollo = new ApolloServer<Context>({
    schema: options.schema,
    introspection: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    formatError: (formatted, error) => {
      const outward = options.formatError(formatted);
      if (outward !== formatted) options.onError(error);
      return outward;
    },
    plugins: [
      ApolloServerPluginDrainHttpServer({ httpServer, stopGracePeriodMillis: STOP_GRACE_MS }),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  httpServer.on('request', (request, response) => {
    answer(apollo, options, request, response).catch((error: unknown) => {
      options.onError(error);
      send(response, 500, 'The consent store could not answer. Try again; its log says what failed.');
    });
  });
  try {
    const port = await listen(httpServer, options);
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    return { url: `http://${host}:${port}/graphql`, stop: async () => await apollo.stop() };
  } catch (error) {
    await apollo.stop();
    throw error;
  }
}

async function answer<Context extends BaseContext>(
  apollo: ApolloServer<Context>,
  options: ServeOptions<Context>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url?.split('?')[0];
  if (path === '/health') {
    const healthy = await options.healthy();
    return send(response, healthy ? 200 : 503, healthy ? null : 'The database does not answer.');
  }
  if (path !== '/graphql') return send(response, 404, 'Nothing here; send GraphQL to /graphql by POST.');
  if (request.method !== 'POST') return send(response, 405, 'Send GraphQL by POST, as application/json.');
  const body = await readBody(request);
  if (body === 'tooLarge') return send(response, 413, `Expected at most ${MOST_BODY_BYTES} bytes.`);
  if (body === 'notJson')
    return send(response, 400, 'Expected a JSON body: {"query": "…", "variables": {…}}.');

  const headers = new HeaderMap();
  for (const [key, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(key, Array.isArray(value) ? value.join(', ') : value);
  }
  const result = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body: body.json },
    context: async () => await options.context(request.headers),
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

async function readBody(
  request: IncomingMessage,
): Promise<{ readonly json: unknown } | 'notJson' | 'tooLarge'> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) return 'notJson';
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) return 'tooLarge';
    chunks.push(chunk);
  }
  try {
    return { json: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown };
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
