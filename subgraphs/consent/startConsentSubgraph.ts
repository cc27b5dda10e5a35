import { readFile } from 'node:fs/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLSchemaModule } from '@apollo/subgraph/dist/schema-helper/index.js';
import { sql } from 'drizzle-orm';
import { parse } from 'graphql';
import { createConsentCache } from '../../policies/consent/cache.ts';
import { CALLER_HEADER } from '../../policies/consent/callerToken.ts';
import { KEPT_AT_HEADER } from '../../policies/consent/source/graphqlSource.ts';
import { createKeyedReference } from '../../policies/record/keyedReference.ts';
import { serveGraphql } from '../serveGraphql.ts';
import type { RunningServer } from '../serveGraphql.ts';
import { openAccessStream } from './accesses/accessStream.ts';
import { consentContext } from './consentContext.ts';
import type { ConsentStore } from './consentStore.ts';
import { consumeAccesses } from './accesses/consumeAccesses.ts';
import { openDatabase } from './database.ts';
import type { ConsentDatabase } from './database.ts';
import { createGrantedLease } from './grantedLease.ts';
import { identifyCaller } from './guard.ts';
import type { Trust } from './guard.ts';
import { openOutbox } from './outbox.ts';
import type { Outbox } from './outbox.ts';
import { outwardError } from './outwardError.ts';
import { consentResolvers } from './resolvers.ts';

/**
 * Options of `startConsentSubgraph`.
 *
 * - `databaseUrl`: a PostgreSQL; else `dataDir`: of the embedded PGlite; else kept in memory.
 * - `redisUrl`, `cacheKeySecret`: the gateways' cache and its secret, both or neither. Without them gateways
 *   are told to keep nothing.
 * - `callerKey`: at least 32 bytes, shared with the gateways; `null` only with `mode: 'dev'`, on loopback.
 * - `policyRevision`: id of the revision in force, such as 2020-05-08, where no gateway's token tells of one; the
 *   use of the service is written once per revision, and each time where none is told.
 * - `leaseMs`: how long gateways may keep a state that no writer has taken back; default 30 000.
 * - `requestDays`: days in which a request under Article 8 must be decided; default 30. The policy states none.
 * - `auditKey`: the gateways' SUDARE_AUDIT_KEY, so that people also find what was recorded while their consents could
 *   not be read.
 * - `takeOverMs`: for how long another instance may be at lines of the access record; default 30 000.
 * - `prepare`: is given the database before anything is served, e.g. to seed it.
 * - `onError`: is told of failures, which may quote values: log their names and codes.
 */
export interface ConsentSubgraphOptions {
  readonly port: number;
  readonly host: string;
  readonly databaseUrl?: string;
  readonly dataDir?: string;
  readonly redisUrl?: string;
  readonly cacheKeySecret?: Uint8Array;
  readonly callerKey: Uint8Array | null;
  readonly mode?: 'guarded' | 'dev';
  readonly policyRevision?: string;
  readonly leaseMs?: number;
  readonly requestDays?: number;
  readonly auditKey?: Uint8Array;
  readonly takeOverMs?: number;
  readonly prepare?: (database: ConsentDatabase) => Promise<void>;
  readonly onError?: (error: unknown) => void;
}

type Resolvers = NonNullable<GraphQLSchemaModule['resolvers']>;

const DEFAULT_LEASE_MS = 30_000;
const DEFAULT_REQUEST_DAYS = 30;
const DEFAULT_TAKE_OVER_MS = 30_000;
const DAY_MS = 86_400_000;
const REDIS_START_MS = 2_000;
const MIN_KEY_BYTES = 32;
const MOST_BODY_BYTES = 1024 * 1024;

/**
 * Serves the consent subgraph: the system of record of what data subjects permit.
 * Throws `TypeError` for options that do not fit together, and what the database or the port throws.
 */
export async function startConsentSubgraph(options: ConsentSubgraphOptions): Promise<RunningServer> {
  const trust = trustOf(options);
  const onError = options.onError ?? (() => undefined);
  const typeDefs = parse(await readFile(new URL('schema.graphql', import.meta.url), 'utf8'));
  await using opened = new AsyncDisposableStack();

  const { database, close } = await openDatabase(options);
  opened.defer(close);
  await options.prepare?.(database);
  const cache = openCache(options, onError);
  let outbox: Outbox | null = null;
  if (cache !== null) {
    opened.defer(cache.close);
    // So that the first withdrawal already finds Redis; without it, it would take a lease to be effective.
    await cache.ready(REDIS_START_MS);
    outbox = openOutbox({ database, cache, onError });
    opened.defer(outbox.stop);
  }
  if (options.redisUrl !== undefined) {
    const abandonedMs = options.takeOverMs ?? DEFAULT_TAKE_OVER_MS;
    const stream = openAccessStream({ redisUrl: options.redisUrl, abandonedMs });
    opened.defer(consumeAccesses({ database, stream, onError }).stop);
  }
  const leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS;
  const store: ConsentStore = {
    database,
    outbox,
    policyRevision: options.policyRevision ?? null,
    leaseMs,
    lease: createGrantedLease({ cache, leaseMs, onError }),
    now: Date.now,
    requestTermMs: (options.requestDays ?? DEFAULT_REQUEST_DAYS) * DAY_MS,
    takesAccesses: options.redisUrl !== undefined,
    keyedReference: options.auditKey === undefined ? null : createKeyedReference(options.auditKey),
    onError,
  };
  const server = await serveGraphql({
    // Apollo types resolvers for any context; ours is what `context` below makes.
    schema: buildSubgraphSchema({ typeDefs, resolvers: consentResolvers(store) as Resolvers }),
    host: options.host,
    port: options.port,
    mostBodyBytes: MOST_BODY_BYTES,
    context: async (headers) => {
      const header = headers[CALLER_HEADER];
      const keptAt = headers[KEPT_AT_HEADER];
      return consentContext(store, {
        caller: await identifyCaller(trust, typeof header === 'string' ? header : undefined),
        keptAt: typeof keptAt === 'string' ? keptAt : null,
      });
    },
    healthy: async () =>
      await database.execute(sql`select 1`).then(
        () => true,
        () => false,
      ),
    formatError: outwardError,
    onError,
  });
  const resources = opened.move();
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await resources.disposeAsync();
    },
  };
}

function openCache(options: ConsentSubgraphOptions, onError: (error: unknown) => void) {
  const { redisUrl, cacheKeySecret } = options;
  if (redisUrl === undefined) return null;
  if (cacheKeySecret === undefined) {
    throw new TypeError('A Redis URL needs the cache key secret that the gateways have (SUDARE_CACHE_KEY).');
  }
  return createConsentCache({ redisUrl, keySecret: cacheKeySecret, onError });
}

function trustOf({ callerKey, mode, host }: ConsentSubgraphOptions): Trust {
  if (callerKey !== null) {
    if (callerKey.byteLength >= MIN_KEY_BYTES) return { kind: 'signed', key: callerKey };
    throw new TypeError(`The caller key (SUDARE_CALLER_KEY) must be at least ${MIN_KEY_BYTES} bytes long.`);
  }
  // INVARIANT: without a key to check callers by, nobody is served except by choice and on loopback.
  // Test: test/subgraphs/consent/startConsentSubgraph.test.ts, "refuses to start".
  if (mode !== 'dev') {
    throw new TypeError(
      'The consent subgraph needs the key that gateways sign callers with (SUDARE_CALLER_KEY, 32 bytes in ' +
        'base64), or --dev to trust every caller on this machine.',
    );
  }
  if (!['127.0.0.1', '::1', 'localhost'].includes(host)) {
    throw new TypeError('With --dev the consent subgraph listens on loopback only: use --host 127.0.0.1.');
  }
  return { kind: 'everybody' };
}
