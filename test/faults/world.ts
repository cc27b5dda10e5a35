import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAccounts } from '../../subgraphs/accounts/accounts.ts';
import { startPostgres, type PostgresServer } from '../subgraphs/consent/startPostgres.ts';
import { openLink, type Link } from './link.ts';
import { createProduct, type Product } from './product.ts';
import { startRedisOf, type Topology, type WorldRedis } from './redisOf.ts';
import { freePort } from '../harness.ts';

/** Where consents are kept: PostgreSQL with two consent subgraphs, or PGlite, embedded in one. */
export type Store = 'postgres' | 'pglite';

/** What to set up. */
export interface WorldOptions {
  /** The folder of the sources that run: a copy, so that nobody changes them meanwhile. */
  readonly folder: string;
  readonly topology: Topology;
  readonly store: Store;
  readonly leaseMs: number;
}

/** A gateway with the ways to it and from it. */
export interface Gateway {
  readonly name: string;
  /** Where clients send to; by way of `links.client`. */
  readonly url: string;
  readonly process: Product;
  readonly links: {
    readonly client: Link;
    readonly accounts: Link;
    /** By which it reads consents. */
    readonly source: Link;
    /** By which it passes on what clients write. */
    readonly writes: Link;
    /** `null` where there are several servers, or none. */
    readonly redis: Link | null;
  };
}

/** A consent subgraph with the ways from it. */
export interface Consent {
  readonly name: string;
  readonly url: string;
  readonly process: Product;
  readonly links: { readonly redis: Link | null; readonly postgres: Link | null };
}

/** Real processes with links between them: two gateways, consent subgraphs, their store and Redis. */
export interface World extends WorldOptions {
  readonly gateways: readonly [Gateway, Gateway];
  readonly consents: readonly [Consent, ...Consent[]];
  readonly redis: WorldRedis;
  /** With the URL of the database that consents are in. */
  readonly postgres: { readonly server: PostgresServer; readonly url: string } | null;
  readonly close: () => Promise<void>;
}

/** The keys that gateways and consent subgraphs of a world share. */
export const CALLER_KEY = Buffer.alloc(32, 7);
export const CACHE_KEY = Buffer.alloc(32, 8);
const KEYS = {
  SUDARE_CALLER_KEY: CALLER_KEY.toString('base64'),
  SUDARE_CACHE_KEY: CACHE_KEY.toString('base64'),
};

/** How many connections that PostgreSQL takes: two pools of ten, and few others. */
export const POSTGRES_CONNECTIONS = 40;

const REVISION = '2020-05-08';

/** Starts everything. Throws where something does not start, after stopping the rest. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { topology, store } = options;
  await using opened = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'sudare-faults-'));
  opened.defer(async () => await rm(directory, { recursive: true, force: true }));
  const link = async (to: number): Promise<Link> => {
    const created = await openLink(to);
    opened.defer(created.close);
    return created;
  };

  const accounts = await startAccounts({ host: '127.0.0.1', port: 0 });
  opened.defer(accounts.stop);
  const redis = await startRedisOf(topology);
  opened.defer(redis.stop);
  const postgres = store === 'postgres' ? await openPostgres(opened) : null;

  /** How one process reaches Redis. */
  const toRedis = async (): Promise<{ readonly url: string | null; readonly link: Link | null }> => {
    if (redis.kind !== 'single') return { url: redis.url, link: null };
    const own = await link(redis.server.port);
    return { url: `redis://127.0.0.1:${String(own.port)}`, link: own };
  };

  const openConsent = async (name: string): Promise<Consent & { readonly port: number }> => {
    const port = await freePort();
    const cache = await toRedis();
    const own = postgres === null ? null : await link(postgres.server.port);
    const database = own === null ? null : `postgres://postgres@127.0.0.1:${String(own.port)}/${DATABASE}`;
    const process = createProduct({
      name,
      folder: options.folder,
      file: 'subgraphs/consent/main.ts',
      args: database === null ? ['--data', join(directory, name)] : [],
      environment: {
        ...KEYS,
        PORT: String(port),
        CONSENT_LEASE_MS: String(options.leaseMs),
        POLICY_REVISION: REVISION,
        ...(database === null ? {} : { DATABASE_URL: database }),
        ...(cache.url === null ? {} : { REDIS_URL: cache.url }),
      },
      serves: /consent serves/,
    });
    opened.defer(process.stop);
    await process.start();
    const links = { redis: cache.link, postgres: own };
    return { name, url: `http://127.0.0.1:${String(port)}/graphql`, port, process, links };
  };

  const openGateway = async (
    name: string,
    consentPort: number,
    audit: 'required' | 'best-effort',
  ): Promise<Gateway> => {
    const port = await freePort();
    const cache = await toRedis();
    const links = {
      client: await link(port),
      accounts: await link(Number(new URL(accounts.url).port)),
      source: await link(consentPort),
      writes: await link(consentPort),
      redis: cache.link,
    };
    const process = createProduct({
      name,
      folder: options.folder,
      file: 'gateway/cli.ts',
      args: [
        'start',
        '--dev',
        '--supergraph=subgraphs/supergraph.graphql',
        '--policy=policies/crowdworks/policy.yaml',
        `--consent-url=${at(links.source)}`,
        `--subgraph-url=consent=${at(links.writes)}`,
        `--subgraph-url=accounts=${at(links.accounts)}`,
        ...(cache.url === null ? [] : [`--redis-url=${cache.url}`]),
        `--port=${String(port)}`,
        `--audit-file=${join(directory, `${name}.ndjson`)}`,
        `--audit=${audit}`,
      ],
      environment: KEYS,
      serves: /"url":"http:/,
    });
    opened.defer(process.stop);
    await process.start();
    return { name, url: at(links.client), process, links };
  };

  const first = await openConsent('consent A');
  // PGlite's files have one user at a time.
  const second = store === 'postgres' ? await openConsent('consent B') : first;
  const gateways = await Promise.all([
    openGateway('gateway A', first.port, 'required'),
    openGateway('gateway B', second.port, 'best-effort'),
  ]);
  const resources = opened.move();
  return {
    ...options,
    gateways,
    consents: second === first ? [first] : [first, second],
    redis,
    postgres,
    close: async () => await resources.disposeAsync(),
  };
}

/** Where GraphQL is served at the end of a link. */
function at({ port }: Link): string {
  return `http://127.0.0.1:${String(port)}/graphql`;
}

const DATABASE = 'consents_1';

async function openPostgres(opened: AsyncDisposableStack): Promise<NonNullable<World['postgres']>> {
  const port = await freePort();
  const server = await startPostgres({
    port,
    args: ['-c', `max_connections=${String(POSTGRES_CONNECTIONS)}`],
  });
  if (server === null) throw new Error('There are no programs of PostgreSQL here; see `findPostgres`.');
  opened.defer(server.stop);
  return { server, url: await server.createDatabase() };
}
