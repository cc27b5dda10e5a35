import { pino, type Logger } from 'pino';
import { loadConsentMapping } from '../../policies/consent/source/consentMapping.ts';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import type { Policy } from '../../policies/policy.ts';
import { watchPolicy } from '../../policies/watchPolicy.ts';
import { identifyByHeaders, identifyByToken, type Identify } from '../callers/caller.ts';
import type { ServingConfig } from '../config.ts';
import { ConfigError } from '../flags.ts';
import { serve } from '../http/serve.ts';
import { sudare } from '../sudare.ts';
import type { SupergraphSource } from '../supergraphSource.ts';
import { createTokenVerifier } from '../callers/verifyToken.ts';
import { openAuditFiles } from './openAuditFiles.ts';

/** Where a served supergraph comes from, and what becomes of a policy that changed. */
export interface Serving {
  readonly supergraph: SupergraphSource;
  readonly policyChanged: (policy: Policy, putInForce: (policy: Policy) => void) => void;
}

/**
 * Serves until SIGINT or SIGTERM. `open` is told the policy in force at first.
 *
 * @returns the exit code.
 * @throws Error that says what to do where it cannot serve.
 */
export async function serveUntilStopped(
  config: ServingConfig,
  open: (policy: Policy, logger: Logger) => Serving,
): Promise<number> {
  // Standard output is the audit's unless it has a file; messages go to standard error.
  const logger = pino({ base: null }, pino.destination(2));
  const { keys } = config;
  const audit = await openAuditFiles(config.audit);
  // Watched before it is loaded: a policy that changes while the supergraph is being read must not be missed.
  let latest: Policy | null = null;
  let inForce = (next: Policy): void => void (latest = next);
  const watching = watchPolicy(
    config.policy,
    (next) => inForce(next),
    (error) => logger.error({ problem: error.message }, 'policy not reloaded; the old one stays in force'),
  );
  using cleanup = new DisposableStack();
  cleanup.defer(() => watching.close());
  await watching.ready;
  const policy = await loadPolicy(config.policy);
  const consentMapping = config.consentMapping;
  const mapping =
    consentMapping === null
      ? null
      : await loadConsentMapping(consentMapping.file, consentMapping.environment);
  const { supergraph, policyChanged } = open(policy, logger);
  const instance = sudare({
    supergraph,
    policy,
    identify: await identifier(config),
    consent: {
      url: config.consentUrl,
      mapping,
      callerKey: keys.caller,
      signing: config.mode === 'dev' ? 'waived' : 'required',
      redis:
        config.redisUrl === null || keys.cache === null
          ? null
          : { url: config.redisUrl, keySecret: keys.cache },
      timeoutMs: 5_000,
    },
    ...audit,
    ...(keys.audit === null ? {} : { auditKey: keys.audit }),
    ...(keys.pseudonym === null ? {} : { pseudonymKey: { id: 'k1', secret: keys.pseudonym } }),
    logger,
    stamp: config.stamp,
    disclosure: config.mode === 'dev' ? 'true-reasons' : 'collapsed',
    discovery: config.mode === 'dev' ? 'offered' : 'none',
    includeSubgraphErrors: config.includeSubgraphErrors,
    subgraphUrls: config.subgraphUrls,
    ...(config.subgraphTimeoutMs === null ? {} : { subgraphTimeoutMs: config.subgraphTimeoutMs }),
    subgraphs: config.subgraphs,
    forwardHeaders: config.forwardHeaders,
  });
  const served = await serve({
    sudare: instance,
    host: config.host,
    port: config.port,
    mode: config.mode,
    logger,
  }).catch((error: unknown) => {
    throw explained(error, config);
  });
  const put = (next: Policy): void => {
    instance.setPolicy(next);
    logger.info('policy reloaded');
  };
  inForce = (next) => policyChanged(next, put);
  if (latest !== null) inForce(latest);
  if (config.consentUrl === null) {
    logger.warn('no --consent-url: no consent is known, so nothing that depends on a person is shown');
  }
  if (config.audit.mode === 'best-effort') {
    logger.warn(
      { flushMs: config.audit.flushMs },
      'the access record is kept by best effort: a crash loses what waits, up to flushMs and one write',
    );
  }
  logger.info({ url: served.url, mode: config.mode }, 'listening');

  await new Promise<void>((resolve) => {
    // One Ctrl-C may come twice, from the terminal and through npm: the second must not cut the stop short.
    process.on('SIGINT', () => resolve());
    process.on('SIGTERM', () => resolve());
  });
  await served.close();
  return 0;
}

async function identifier({ mode, tokens }: ServingConfig): Promise<Identify> {
  if (mode === 'dev') return identifyByHeaders;
  if (tokens === null) throw new ConfigError('Nobody could be identified: expected --jwks.');
  return identifyByToken(await createTokenVerifier(tokens));
}

/** What to do where the address cannot be had; anything else says so itself. */
function explained(error: unknown, { host, port }: ServingConfig): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  return new Error(
    `${host}:${port} cannot be listened on${codeOf(error)}. Stop what uses it, or choose others by --host and --port.`,
    { cause: error },
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
}
