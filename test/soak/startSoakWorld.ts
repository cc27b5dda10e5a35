import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProduct, type Product } from '../faults/product.ts';
import { freePort, startRedis, type RedisServer } from '../harness.ts';
import { startBalancer, type Balancer } from './balancer.ts';
import { makeTokenKeys, type TokenKeys } from './tokenKeys.ts';

/** What to set up. */
export interface SoakWorldOptions {
  /** The folder of the sources that run: the checkout, or a copy of it that nobody changes meanwhile. */
  readonly folder: string;
  /** How long a gateway that is told to stop still listens, in seconds. */
  readonly noticeSeconds: number;
}

/** Two gateways of production behind a balancer, and real processes behind them. */
export interface SoakWorld {
  readonly redis: RedisServer;
  readonly gateways: readonly [Product, Product];
  /** Where each gateway is, without the balancer. */
  readonly urls: readonly [string, string];
  readonly balancer: Balancer;
  readonly consent: Product;
  readonly accounts: Product;
  readonly jobs: Product;
  readonly keys: TokenKeys;
  /** Both follow these. */
  readonly files: { readonly policy: string; readonly supergraph: string };
  readonly close: () => Promise<void>;
}

/** What consent states are good for, in ms. */
export const LEASE_MS = 5_000;

const SECRETS = {
  SUDARE_CALLER_KEY: Buffer.alloc(32, 7).toString('base64'),
  SUDARE_CACHE_KEY: Buffer.alloc(32, 8).toString('base64'),
};

/** Starts everything. Throws where something does not start, after stopping the rest. */
export async function startSoakWorld({ folder, noticeSeconds }: SoakWorldOptions): Promise<SoakWorld> {
  await using opened = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'sudare-soak-'));
  opened.defer(async () => await rm(directory, { recursive: true, force: true }));
  const files = {
    policy: join(directory, 'policy.yaml'),
    candidate: join(directory, 'candidate.yaml'),
    supergraph: join(directory, 'supergraph.graphql'),
  };
  await copyFile(join(folder, 'subgraphs/supergraph.graphql'), files.supergraph);
  const policy = await readFile(join(folder, 'policies/crowdworks/policy.yaml'), 'utf8');
  await writeFile(files.policy, policy);
  await writeFile(files.candidate, policy.replace('name: Mail campaigns', 'name: Campaigns by mail'));
  const keys = await makeTokenKeys(join(directory, 'keys.json'));

  const redis = await startRedis();
  opened.defer(redis.stop);

  const start = async (options: Omit<Parameters<typeof createProduct>[0], 'folder'>): Promise<Product> => {
    const product = createProduct({ folder, ...options });
    opened.defer(product.stop);
    await product.start();
    return product;
  };
  const subgraph = async (name: string): Promise<{ readonly product: Product; readonly url: string }> => {
    const port = await freePort();
    const product = await start({
      name,
      file: 'subgraphs/main.ts',
      args: [name, '--port', String(port)],
      environment: {},
      serves: / serves http/,
    });
    return { product, url: at(port) };
  };
  const consentPort = await freePort();
  const [accounts, jobs, consent] = await Promise.all([
    subgraph('accounts'),
    subgraph('jobs'),
    start({
      name: 'consent',
      file: 'subgraphs/consent/main.ts',
      args: ['--data', join(directory, 'consent')],
      environment: {
        ...SECRETS,
        PORT: String(consentPort),
        REDIS_URL: redis.url,
        CONSENT_LEASE_MS: String(LEASE_MS),
        POLICY_REVISION: '2020-05-08',
      },
      serves: /consent serves/,
    }),
  ]);

  const gateway = async (name: string): Promise<{ readonly product: Product; readonly port: number }> => {
    const port = await freePort();
    const product = await start({
      name,
      file: 'gateway/cli.ts',
      args: [
        'start',
        `--supergraph=${files.supergraph}`,
        `--policy=${files.policy}`,
        `--candidate-policy=${files.candidate}`,
        `--consent-url=${at(consentPort)}`,
        `--redis-url=${redis.url}`,
        `--subgraph-url=accounts=${accounts.url}`,
        `--subgraph-url=jobs=${jobs.url}`,
        `--subgraph-url=consent=${at(consentPort)}`,
        `--jwks=${keys.file}`,
        `--jwt-issuer=${keys.issuer}`,
        `--jwt-audience=${keys.audience}`,
        `--port=${String(port)}`,
        `--audit-file=${join(directory, `${name}.ndjson`)}`,
      ],
      environment: { ...SECRETS, SUDARE_SERVER_NOTICE_SECONDS: String(noticeSeconds) },
      serves: /"url":"http:/,
    });
    return { product, port };
  };
  const [a, b] = await Promise.all([gateway('gateway-a'), gateway('gateway-b')]);
  const balancer = await startBalancer([a.port, b.port]);
  opened.defer(balancer.close);
  const resources = opened.move();
  return {
    redis,
    gateways: [a.product, b.product],
    urls: [at(a.port), at(b.port)],
    balancer,
    consent,
    accounts: accounts.product,
    jobs: jobs.product,
    keys,
    files,
    close: async () => await resources.disposeAsync(),
  };
}

function at(port: number): string {
  return `http://127.0.0.1:${String(port)}/graphql`;
}
