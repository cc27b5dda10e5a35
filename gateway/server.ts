import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { Logger } from 'pino';
import { CALLER_HEADERS } from './caller.ts';
import { isLoopback } from './config.ts';
import { ERRORS, type ErrorCode } from './errors.ts';
import { FAILED } from './knownMessages.ts';
import { rebuiltError } from './rebuiltError.ts';
import type { Sudare } from './sudare.ts';
import { utf8 } from './utf8.ts';

/** Options of `serve`. */
export interface ServeOptions {
  readonly sudare: Sudare;
  readonly host: string;
  readonly port: number;
  /** `dev`: introspection on, and only loopback names as `Host`. */
  readonly mode: 'dev' | 'production';
  readonly logger: Logger;
}

/** A gateway that is listening. */
export interface Served {
  readonly url: string;
  /** Takes no new requests and leaves those in flight four seconds. */
  close(): Promise<void>;
}

/** Tokens that a document may have; beyond it, reading it could exhaust the stack. */
const MAX_TOKENS = 15_000;

/** Bytes that a request's body may have. */
const MAX_BODY = 1024 * 1024;

/** How long requests in flight may take to finish at a stop; then they are cut off, stalled clients among them. */
const STOP_GRACE_MS = 4_000;

/**
 * Serves GraphQL over HTTP on `/graphql`, and `/health`. Apollo Server gets requests that were read here, so that
 * a body it cannot read is answered without quoting it.
 *
 * @throws what listening throws, e.g. `EADDRINUSE`, and what loading the supergraph throws.
 */
export async function serve({ sudare, host, port, mode, logger }: ServeOptions): Promise<Served> {
  const apollo = new ApolloServer({
    gateway: sudare.gateway,
    plugins: [
      sudare.plugin,
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
    ],
    introspection: mode === 'dev',
    parseOptions: { maxTokens: MAX_TOKENS },
    includeStacktraceInErrorResponses: false,
    // What is refused before the plugin hears of it passes here.
    formatError: rebuiltError,
    stopOnTerminationSignals: false,
    logger: quiet(logger),
  });
  await apollo.start();

  const server = createServer((request, response) => {
    handle(apollo, sudare, mode, request, response).catch((error: unknown) => {
      logger.error({ error: error instanceof Error ? error.name : typeof error }, 'request failed');
      if (!response.headersSent) refuse(response, 'GATEWAY_ERROR', FAILED);
      else response.destroy();
    });
  });
  try {
    await listen(server, host, port);
  } catch (error) {
    await apollo.stop();
    throw error;
  }
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/graphql`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS);
      await closed;
      clearTimeout(cut);
      await apollo.stop();
    },
  };
}

async function handle(
  apollo: ApolloServer,
  sudare: Sudare,
  mode: ServeOptions['mode'],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, search } = urlOf(request);
  if (mode === 'dev' && !isLoopback((request.headers.host ?? '').replace(/:\d+$/, ''))) {
    // A web page whose name was made to lead here must not be taken for a program on this machine.
    return refuse(response, 'REQUEST_INVALID', '--dev answers requests to a loopback name alone.');
  }
  if (pathname === '/health') return send(response, 200, { status: 'ok' });
  if (pathname !== '/graphql')
    return send(response, 404, problem('REQUEST_INVALID', 'GraphQL is served on /graphql.'));

  const method = request.method ?? 'GET';
  if (method !== 'GET' && method !== 'POST') {
    response.setHeader('allow', 'GET, POST');
    return send(response, 405, problem('REQUEST_INVALID', 'Send GraphQL by POST, or queries by GET.'));
  }
  let body: unknown = {};
  if (method === 'POST') {
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
      return send(response, 415, problem('REQUEST_INVALID', 'Expected content-type: application/json.'));
    }
    const read = await readBody(request);
    if (read === null) {
      response.setHeader('connection', 'close');
      return send(response, 413, problem('REQUEST_INVALID', `The body is over ${MAX_BODY} bytes.`));
    }
    body = parseJson(read);
    if (body === undefined) {
      return send(
        response,
        400,
        problem('REQUEST_INVALID', 'The body is not JSON in UTF-8; expected { "query": … }.'),
      );
    }
  }
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const leaving = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) leaving.abort();
  });
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method, headers, search, body },
    context: async () => await sudare.contextFor(headers, leaving.signal),
  });
  await reply(response, answer);
}

/** What is asked for; a request line may hold anything, and what is no URL is no page of ours. */
function urlOf({ url = '/' }: IncomingMessage): Pick<URL, 'pathname' | 'search'> {
  // What nearly all requests ask for needs no parsing.
  if (url === '/graphql') return { pathname: url, search: '' };
  return URL.parse(url, BASE) ?? new URL('/', BASE);
}

const BASE = 'http://gateway.invalid';

async function reply(response: ServerResponse, answer: HTTPGraphQLResponse): Promise<void> {
  // Apollo Server's own refusals come before the plugin could say so.
  response.setHeader('cache-control', 'private, no-store');
  response.setHeader('vary', CALLER_HEADERS.join(', '));
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.statusCode = answer.status ?? 200;
  if (answer.body.kind === 'complete') {
    const bytes = utf8(answer.body.string);
    response.setHeader('content-length', bytes.length);
    response.end(bytes);
    return;
  }
  for await (const chunk of answer.body.asyncIterator) response.write(chunk);
  response.end();
}

/** The body, or `null` where it is too long. By events, since an iterator costs as much as all the rest of `handle`. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_BODY) chunks.push(chunk);
      else resolve(null);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
  });
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(UTF_8.decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

function problem(code: ErrorCode, message: string): object {
  return { errors: [{ message, extensions: { code } }] };
}

function refuse(response: ServerResponse, code: ErrorCode, message: string): void {
  send(response, ERRORS[code][0] ?? 500, problem(code, message));
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Apollo Server's own messages may quote requests: what it says is logged without its words. */
function quiet(logger: Logger): NonNullable<ConstructorParameters<typeof ApolloServer>[0]['logger']> {
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: () => logger.warn('Apollo Server warned'),
    error: () => logger.error('Apollo Server reported an error'),
  };
}
