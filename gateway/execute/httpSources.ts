import type { SecureContextOptions } from 'node:tls';
import type { GraphQLDataSource } from '@apollo/gateway';
import { Pool } from 'undici';
import { forwardedHeaders } from './forwardedHeaders.ts';
import { createRequestBodies } from './requestBodies.ts';
import { httpDataSource, type HttpDataSourceOptions } from './httpDataSource.ts';
import { inEntityBatches } from './inEntityBatches.ts';
import type { ServiceDefinition } from './services.ts';
import { SubgraphHttpError } from './subgraphHttpError.ts';

/** How one subgraph is called. */
export interface SubgraphSettings {
  /** Of one call, from sending to the last byte of the answer, in ms. */
  readonly timeoutMs?: number;
  /** Connections at a time; default 128. One of HTTP/2 carries up to 100 calls at a time. */
  readonly connections?: number;
  /**
   * `offered`: HTTP/2 where an `https:` subgraph offers it (ALPN). `never`, the default: HTTP/1.1. Tried: with Node
   * 24.21, cutting off calls of HTTP/2 can leave the process in a loop for ever (see `post`).
   */
  readonly http2?: 'offered' | 'never';
  /** How long an answer may be, in bytes; default 64 MiB. */
  readonly maxAnswerBytes?: number;
  /** Certificates in PEM: of authorities, in place of Node's; of the gateway itself, with its key. */
  readonly tls?: Pick<SecureContextOptions, 'ca' | 'cert' | 'key'>;
}

/** Options of `httpSources`. */
export interface HttpSourcesOptions {
  /** Of one call of a subgraph without a time-out of its own, in ms. */
  readonly timeoutMs: number;
  /** By subgraph name. */
  readonly subgraphs: ReadonlyMap<string, SubgraphSettings>;
  /** Names of headers of the client's request that go on to every subgraph. */
  readonly forwardHeaders: readonly string[];
  /** Entities that a subgraph is asked for in one call; default: all. */
  readonly maxEntities?: number;
}

/** The data sources that call subgraphs by HTTP, and their connections. */
export interface HttpSources {
  /** `headers`: beside those of GraphQL over HTTP. */
  readonly sourceOf: (
    definition: ServiceDefinition,
    headers?: NonNullable<HttpDataSourceOptions['headers']>,
  ) => GraphQLDataSource;
  /** @throws an Error where there are settings for a subgraph that a supergraph does not have. */
  readonly check: (definitions: readonly ServiceDefinition[]) => void;
  /** Cuts off what is still being asked. */
  readonly destroy: () => Promise<void>;
}

/**
 * Opens the default data sources: one pool of connections for each subgraph and origin, shared by all generations.
 *
 * @throws an Error for settings that cannot be.
 */
export function httpSources(options: HttpSourcesOptions): HttpSources {
  const { timeoutMs, subgraphs, forwardHeaders, maxEntities = Infinity } = options;
  checkSettings('subgraphs', { timeoutMs });
  for (const [name, settings] of subgraphs) checkSettings(`subgraph "${name}"`, settings);
  const forwarded = forwardedHeaders(forwardHeaders);
  const bodyOf = createRequestBodies();
  const pools = new Map<string, Pool>();

  const poolOf = (name: string, origin: string): Pool => {
    const key = `${name} ${origin}`;
    const known = pools.get(key);
    if (known !== undefined) return known;
    const pool = openPool(origin, { timeoutMs, ...subgraphs.get(name) });
    pools.set(key, pool);
    return pool;
  };

  return {
    sourceOf(definition, headers) {
      const { name } = definition;
      const url = URL.parse(definition.url);
      // Others can be called all the same: it is found out when this one is.
      if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return unreachable(name);
      const { maxAnswerBytes, timeoutMs: own = timeoutMs, http2 } = subgraphs.get(name) ?? {};
      const source = httpDataSource({
        ...definition,
        dispatcher: poolOf(name, url.origin),
        timeoutMs: own,
        forwarded,
        bodyOf,
        cutOff: http2 === 'offered' ? 'with-answer' : 'at-once',
        ...(maxAnswerBytes === undefined ? {} : { maxAnswerBytes }),
        ...(headers === undefined ? {} : { headers }),
      });
      return inEntityBatches(source, maxEntities);
    },
    check(definitions) {
      const names = definitions.map(({ name }) => name);
      const unknown = [...subgraphs.keys()].filter((name) => !names.includes(name));
      if (unknown.length === 0) return;
      throw new Error(
        `Settings for ${unknown.join(', ')}: the supergraph has no such subgraph; it has ${names.join(', ')}.`,
      );
    },
    async destroy() {
      await Promise.all([...pools.values()].map(async (pool) => await pool.destroy()));
    },
  };
}

function openPool(
  origin: string,
  {
    timeoutMs,
    connections = 128,
    http2 = 'never',
    tls = {},
  }: SubgraphSettings & { readonly timeoutMs: number },
): Pool {
  return new Pool(origin, {
    connections,
    allowH2: http2 === 'offered',
    connect: tls,
    connectTimeout: Math.min(timeoutMs, MAX_CONNECTING_MS),
    // A server's 5 s keep-alive would race the re-use of an idle connection: give it up first.
    keepAliveTimeout: 4_000,
    // The data source has a timer of its own. But a connection of HTTP/2 that died without a word is looked for where
    // undici's ran out; so there it runs out a little before.
    headersTimeout: http2 === 'offered' ? Math.ceil(timeoutMs * 0.95) : 0,
    bodyTimeout: 0,
  });
}

const MAX_CONNECTING_MS = 10_000;

function unreachable(name: string): GraphQLDataSource {
  return {
    process: async () =>
      await Promise.reject(new SubgraphHttpError(`Subgraph "${name}" has no URL.`, 'EURL')),
  };
}

/** The longest that a timer of Node runs; longer ones would run out at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

function checkSettings(of: string, { timeoutMs, connections, maxAnswerBytes }: SubgraphSettings): void {
  if (!isCount(timeoutMs, MAX_TIMEOUT_MS)) {
    throw new Error(`Time-out of ${of}: expected whole milliseconds, from 1 to ${MAX_TIMEOUT_MS}.`);
  }
  if (!isCount(connections, MAX_CONNECTIONS)) {
    throw new Error(`Connections of ${of}: expected a whole number from 1 to ${MAX_CONNECTIONS}.`);
  }
  if (!isCount(maxAnswerBytes, MAX_STRING_BYTES)) {
    throw new Error(`Longest answer of ${of}: expected whole bytes, from 1 to ${MAX_STRING_BYTES}.`);
  }
}

const MAX_CONNECTIONS = 65_535;

/** No string is longer in V8, and an answer becomes one. */
const MAX_STRING_BYTES = 2 ** 29 - 24;

function isCount(value: number | undefined, max: number): boolean {
  return value === undefined || (Number.isInteger(value) && value >= 1 && value <= max);
}
