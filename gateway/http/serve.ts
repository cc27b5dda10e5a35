import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { Logger } from 'pino';
import { isLoopback } from '../config/isLoopback.ts';
import { FAILED } from '../knownMessages.ts';
import { limitsOf, type Limits } from '../limits/limits.ts';
import type { TrustedDocuments } from '../limits/trustedDocuments.ts';
import { rebuiltError } from '../rebuiltError.ts';
import type { Sudare } from '../sudare.ts';
import { createCors, type CorsOptions } from './cors.ts';
import { createDrain, type DrainTimes } from './drainServer.ts';
import { graphqlOverHttp, type GraphqlOverHttp } from './graphqlOverHttp.ts';
import { health } from './health.ts';
import { limitedServer } from './limitedServer.ts';
import { refuse } from './send.ts';

/** Options of `serve`. */
export interface ServeOptions {
  readonly sudare: Sudare;
  readonly host: string;
  readonly port: number;
  /** `dev`: introspection on, and only loopback names as `Host`. */
  readonly mode: 'dev' | 'production';
  readonly logger: Logger;
  /** Those that are not the default; see `LIMITS`. */
  readonly limits?: Partial<Limits>;
  /** Which web pages may read answers; default: none. */
  readonly cors?: CorsOptions;
  /** Documents that are answered, or that others are told apart from; default: every document is answered. */
  readonly operations?: TrustedDocuments | null;
  /** Where it is aborted while the gateway starts, that does not come to listen, and its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** Of one document's errors so many are told. */
const MAX_ERRORS = 10;

/** A gateway that is listening. */
export interface Served {
  readonly url: string;
  /**
   * Takes no new requests, leaves those in flight some time, closes the gateway and keeps what is to be recorded.
   * Default: no notice, and four seconds for requests.
   */
  close(times?: DrainTimes): Promise<void>;
}

const AT_ONCE: DrainTimes = Object.freeze({ noticeMs: 0, requestsMs: 4_000 });

/**
 * Serves GraphQL over HTTP on `/graphql`, and `/health`, `/health/live` and `/health/ready`. Where it cannot, the
 * gateway is closed.
 *
 * @throws what listening throws, e.g. `EADDRINUSE`, what loading the supergraph throws, and an Error for a limit or an
 * origin that cannot be.
 */
export async function serve(options: ServeOptions): Promise<Served> {
  const { sudare, host, port, mode, logger, operations = null } = options;
  const limits = limitsOf(options.limits);
  const cors = createCors(options.cors ?? { origins: [] });
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
    parseOptions: { maxTokens: limits.tokens },
    // Each error costs a walk over all lines before it.
    validationOptions: { maxErrors: MAX_ERRORS },
    // No page can make a browser send these without asking first, nor a form `application/json`.
    csrfPrevention: { requestHeaders: ['apollo-require-preflight', 'x-apollo-operation-name'] },
    // Nothing is answered by hash that is not of the list.
    ...(operations?.mode === 'enforce' ? { persistedQueries: false as const } : {}),
    includeStacktraceInErrorResponses: false,
    // What is refused before the plugin hears of it passes here.
    formatError: rebuiltError,
    stopOnTerminationSignals: false,
    logger: quiet(logger),
  });
  // Where it does not start, Apollo Server stops nothing of what it was given.
  await orElse(apollo.start(), async () => await sudare.gateway.stop());

  const graphql = graphqlOverHttp({ apollo, sudare, limits, cors, operations });
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    handle({ graphql, mode, sudare }, request, response).catch((error: unknown) => {
      logger.error({ error: error instanceof Error ? error.name : typeof error }, 'request failed');
      sudare.watch.refused('GATEWAY_ERROR', 500);
      if (!response.headersSent) refuse(response, 'GATEWAY_ERROR', FAILED);
      else response.destroy();
    });
  };
  const server = limitedServer(limits, onRequest, (status) =>
    sudare.watch.refused('REQUEST_INVALID', status),
  );
  const drain = createDrain(server);
  const listening = async (): Promise<void> => {
    options.signal?.throwIfAborted();
    await listen(server, host, port);
  };
  await orElse(listening(), async () => await apollo.stop());
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/graphql`,
    async close(times = AT_ONCE) {
      sudare.watch.readiness.drain();
      const cutOff = await drain(times);
      if (cutOff > 0) logger.warn({ requests: cutOff }, 'requests were cut off while stopping');
      await apollo.stop();
    },
  };
}

/** Awaits work; where it fails, what was opened for it is closed first. What the work threw is thrown. */
async function orElse(work: Promise<void>, close: () => Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    // What failed first is what somebody has to know of.
    await close().catch(() => undefined);
    throw error;
  }
}

async function handle(
  { graphql, mode, sudare }: Pick<ServeOptions, 'mode' | 'sudare'> & { readonly graphql: GraphqlOverHttp },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, search } = urlOf(request);
  const turnAway = (status: number, message: string): void => {
    sudare.watch.refused('REQUEST_INVALID', status);
    refuse(response, 'REQUEST_INVALID', message, status);
  };
  if (mode === 'dev' && !isLoopback((request.headers.host ?? '').replace(/:\d+$/, ''))) {
    // A web page whose name was made to lead here must not be taken for a program on this machine.
    return turnAway(400, '--dev answers requests to a loopback name alone.');
  }
  switch (pathname) {
    case '/graphql':
      return await graphql(request, response, search);
    case '/health':
    case '/health/live':
    case '/health/ready':
      return health(pathname, response, sudare.watch.readiness);
    default:
      return turnAway(404, 'GraphQL is served on /graphql.');
  }
}

/** What is asked for; a request line may hold anything, and what is no URL is no page of ours. */
function urlOf({ url = '/' }: IncomingMessage): Pick<URL, 'pathname' | 'search'> {
  // What nearly all requests ask for needs no parsing.
  if (url === '/graphql') return { pathname: url, search: '' };
  return URL.parse(url, BASE) ?? new URL('/', BASE);
}

const BASE = 'http://gateway.invalid';

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
