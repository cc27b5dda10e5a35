import { demoIds } from '../demoIds.ts';
import { parsePort } from '../parsePort.ts';
import { readFlags } from '../readFlags.ts';
import { describeFailure } from './describeFailure.ts';
import { seedConsents } from './seedConsents.ts';
import { startConsentSubgraph } from './startConsentSubgraph.ts';
import type { ConsentSubgraphOptions } from './startConsentSubgraph.ts';

const USAGE = `Usage: npx node subgraphs/consent/main.ts [--data .sudare/consent] [--seed-demo] [--dev]

  --data DIR   where the embedded database keeps consents when there is no DATABASE_URL
  --seed-demo  fill an empty database with the demo's people
  --dev        trust every caller; only without SUDARE_CALLER_KEY, and on loopback only
  --help       this text

Environment:
  PORT, HOST           where to listen (default: 4007 on 127.0.0.1)
  DATABASE_URL         a PostgreSQL, postgres://user:password@host:5432/database
  REDIS_URL            the Redis that gateways cache consents in, as they are told it: redis://host:6379 or rediss://,
                       nodes of a Cluster with commas between, or redis-sentinel://host:26379,host:26379/0#primary
  SUDARE_CACHE_KEY     with REDIS_URL: the gateways' cache key secret, at least 32 bytes in base64
  SUDARE_CALLER_KEY    the key that gateways sign callers with, at least 32 bytes in base64
  SUDARE_AUDIT_KEY     the key that gateways make references for the access record with, to answer from it in full
  CONSENT_LEASE_MS     how long gateways may keep a state that no writer has taken back (default: 30000)
  POLICY_REVISION      the policy revision in force, such as 2020-05-08, for callers whose gateway tells of none
  RIGHTS_REQUEST_DAYS  days in which a request under Article 8 must be decided (default: 30)
`;

type Environment = Readonly<Record<string, string | undefined>>;
type Settings =
  | { readonly kind: 'run'; readonly options: ConsentSubgraphOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

const MIN_KEY_BYTES = 32;
const MAX_LEASE_MS = 600_000;
const MAX_REQUEST_DAYS = 365;

/**
 * Serves the consent subgraph until SIGINT or SIGTERM.
 * @returns the exit code: 0 when stopped by a signal, 1 when it could not start, 2 for wrong settings.
 */
export async function main(args: readonly string[], environment: Environment): Promise<number> {
  const settings = readSettings(args, environment);
  if (settings.kind === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  if (settings.kind === 'wrong') return complain(`${settings.message}\n\n${USAGE}`, 2);
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  let server;
  try {
    server = await startConsentSubgraph(settings.options);
  } catch (error) {
    return complain(`The consent subgraph could not start: ${startFailure(error)}\n`, 1);
  }
  process.stdout.write(`consent serves ${server.url}\n`);
  await stopped;
  await server.stop();
  return 0;
}

/** What flags and environment ask for; `wrong` says what was expected. */
export function readSettings(args: readonly string[], environment: Environment): Settings {
  const flags = readFlags(args, {
    withValue: ['data'],
    withoutValue: ['seed-demo', 'dev', 'help'],
    mostWords: 0,
  });
  if (flags.kind === 'wrong') return flags;
  if (flags.values.has('help')) return { kind: 'help' };
  const given = (name: string): string | null => {
    const value = environment[name]?.trim() ?? '';
    return value === '' ? null : value;
  };
  const port = parsePort(given('PORT') ?? '4007');
  if (port === null) return wrong('Expected PORT to be a number from 1 to 65535.');
  const callerKey = readKey(given('SUDARE_CALLER_KEY'));
  if (callerKey === 'wrong') return wrong(keyMessage('SUDARE_CALLER_KEY'));
  const cacheKey = readKey(given('SUDARE_CACHE_KEY'));
  if (cacheKey === 'wrong') return wrong(keyMessage('SUDARE_CACHE_KEY'));
  const databaseUrl = given('DATABASE_URL');
  const redisUrl = given('REDIS_URL');
  const policyRevision = given('POLICY_REVISION');
  const leaseMs = Number(given('CONSENT_LEASE_MS') ?? '30000');
  if (!Number.isSafeInteger(leaseMs) || leaseMs < 0 || leaseMs > MAX_LEASE_MS) {
    return wrong(`Expected CONSENT_LEASE_MS to be a number of milliseconds from 0 to ${MAX_LEASE_MS}.`);
  }
  const auditKey = readKey(given('SUDARE_AUDIT_KEY'));
  if (auditKey === 'wrong') return wrong(keyMessage('SUDARE_AUDIT_KEY'));
  const requestDays = Number(given('RIGHTS_REQUEST_DAYS') ?? '30');
  if (!Number.isSafeInteger(requestDays) || requestDays < 1 || requestDays > MAX_REQUEST_DAYS) {
    return wrong(`Expected RIGHTS_REQUEST_DAYS to be a number of days from 1 to ${MAX_REQUEST_DAYS}.`);
  }
  return {
    kind: 'run',
    options: {
      port,
      host: given('HOST') ?? '127.0.0.1',
      callerKey,
      leaseMs,
      requestDays,
      mode: flags.values.has('dev') ? 'dev' : 'guarded',
      ...(databaseUrl === null
        ? { dataDir: flags.values.get('data') ?? '.sudare/consent' }
        : { databaseUrl }),
      ...(redisUrl === null ? {} : { redisUrl }),
      ...(cacheKey === null ? {} : { cacheKeySecret: cacheKey }),
      ...(auditKey === null ? {} : { auditKey }),
      ...(policyRevision === null ? {} : { policyRevision }),
      ...(flags.values.has('seed-demo') ? { prepare: seedDemo } : {}),
      onError: (error) => void process.stderr.write(`consent: ${describeFailure(error)}\n`),
    },
  };
}

async function seedDemo(database: Parameters<typeof seedConsents>[0]): Promise<void> {
  await seedConsents(
    database,
    demoIds('u').map((id) => `user:${id}`),
  );
}

function readKey(text: string | null): Uint8Array | 'wrong' | null {
  if (text === null) return null;
  if (!/^[\w+/-]+={0,2}$/.test(text)) return 'wrong';
  const key = Buffer.from(text, 'base64');
  return key.byteLength < MIN_KEY_BYTES ? 'wrong' : key;
}

function keyMessage(name: string): string {
  return `Expected ${name} to be at least ${MIN_KEY_BYTES} bytes in base64, for example from "openssl rand -base64 32".`;
}

/** Before anything is served there are no personal values that a message could quote. */
function startFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure.';
  const code = 'code' in error ? ` (${String(error.code)})` : '';
  return `${error.message}${code}`;
}

function wrong(message: string): Settings {
  return { kind: 'wrong', message };
}

function complain(message: string, exitCode: number): number {
  process.stderr.write(message);
  return exitCode;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2), process.env);
