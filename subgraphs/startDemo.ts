import { mkdir, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCallerKey } from './callerKey.ts';
import { claimFolder } from './claimFolder.ts';
import { seedConsents } from './consent/seedConsents.ts';
import { startConsentSubgraph } from './consent/startConsentSubgraph.ts';
import { demoIds } from './demoIds.ts';
import { startGatewayProcess } from './gatewayProcess.ts';
import { MARKETPLACE } from './marketplace.ts';
import { resetConsents } from './resetConsents.ts';

export interface DemoOptions {
  /** Where the gateway listens on 127.0.0.1. */
  readonly port: number;
  readonly reset: 'keep' | 'reset';
  /** Folder of the consents (`consent/`), the caller key and the gateway's log. */
  readonly data: string;
  /** Gives up the start when aborted. */
  readonly signal: AbortSignal;
}

export interface RunningDemo {
  /** The gateway's GraphQL endpoint. */
  readonly url: string;
  /** The gateway's process. */
  readonly pid: number;
  /** File with what the gateway logs, its audit among it. */
  readonly log: string;
  /** Settles when the gateway has ended, with a sentence that says how. */
  readonly gatewayEnded: Promise<string>;
  /** Stops everything, the gateway first. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const FREE_PORT = { host: HOST, port: 0 } as const;
/** The latest revision of the shipped policy. */
const REVISION = '2020-05-08';
const PATIENCE = 60_000;

/**
 * Starts the marketplace's subgraphs and the consent subgraph in this process on free ports, and the gateway in a
 * process of its own.
 * @throws Error with what to do when anything fails; everything already started is stopped by then.
 */
export async function startDemo({ port, reset, data, signal }: DemoOptions): Promise<RunningDemo> {
  await assertFree(port);
  await using started = new AsyncDisposableStack();
  await makeFolder(data);
  started.defer(await claimFolder(data));
  const consents = join(data, 'consent');
  if (reset === 'reset') await resetConsents(consents);
  const callerKey = await readCallerKey(join(data, 'caller.key'));

  const urls = new Map<string, string>();
  for (const [name, start] of MARKETPLACE) {
    const subgraph = await start(FREE_PORT);
    started.defer(async () => await subgraph.stop());
    urls.set(name, subgraph.url);
  }
  const consent = await startConsentSubgraph({
    ...FREE_PORT,
    dataDir: consents,
    callerKey: Buffer.from(callerKey, 'base64'),
    policyRevision: REVISION,
    prepare: async (database) => {
      await seedConsents(
        database,
        demoIds('u').map((id) => `user:${id}`),
      );
    },
  });
  started.defer(async () => await consent.stop());
  urls.set('consent', consent.url);
  signal.throwIfAborted();

  const url = `http://${HOST}:${port}/graphql`;
  const log = join(data, 'gateway.log');
  const gateway = await startGatewayProcess({
    args: [
      [pathTo('../gateway/cli.ts'), 'start', '--dev'],
      ['--supergraph', pathTo('./supergraph.graphql')],
      ['--policy', pathTo('../policies/crowdworks/policy.yaml')],
      ['--consent-url', consent.url],
      ...[...urls].map(([name, at]) => ['--subgraph-url', `${name}=${at}`]),
      ['--host', HOST, '--port', String(port)],
    ].flat(),
    env: { SUDARE_CALLER_KEY: callerKey },
    url,
    log,
    patience: PATIENCE,
    signal,
  });
  started.defer(async () => await gateway.stop());
  const running = started.move();
  return {
    url,
    pid: gateway.pid,
    log,
    gatewayEnded: gateway.ended,
    stop: async () => await running.disposeAsync(),
  };
}

/** Better to hear it now than after everything else has started. */
async function assertFree(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error) => {
      const code = 'code' in error ? String(error.code) : error.message;
      reject(
        new Error(
          code === 'EADDRINUSE'
            ? `Port ${port} of ${HOST} is in use. Stop what listens there, or choose another: npm start -- --port 4100`
            : `Port ${port} of ${HOST} cannot be had (${code}). Choose another: npm start -- --port 4100`,
        ),
      );
    });
    probe.listen(port, HOST, () => probe.close(() => resolve()));
  });
}

function pathTo(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

/** Makes the folder, in one that is there already. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    throw new Error(`--data ${folder}: expected a folder that is there or can be made (${code}).`, {
      cause: error,
    });
  }
}
