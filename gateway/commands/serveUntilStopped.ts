import { pino, type Logger } from 'pino';
import { loadConsentMapping } from '../../policies/consent/source/consentMapping.ts';
import { openContextSigner } from '../../policies/context/contextSigner.ts';
import { parsePolicy, readPolicyText } from '../../policies/loadPolicy.ts';
import type { Policy } from '../../policies/policy.ts';
import type { ServingConfig } from '../config/servingConfig.ts';
import { serve } from '../http/serve.ts';
import { inTime } from '../inTime.ts';
import { createLog } from '../log.ts';
import type { Reloadable } from '../reload/reloadable.ts';
import { watchReloadables } from '../reload/watchReloadables.ts';
import { sudare } from '../sudare.ts';
import { readSupergraphFile, type SupergraphSource } from '../supergraphSource.ts';
import { openStandardError } from '../watch/openStandardError.ts';
import { openWatching } from '../watch/openWatching.ts';
import { openAuditFiles } from './openAuditFiles.ts';
import { openCallers } from './openCallers.ts';
import { openCandidate } from './openCandidate.ts';
import { openLimits } from './openLimits.ts';
import { endAnyway, untilToldToStop } from './untilToldToStop.ts';
import { subgraphOptions } from './subgraphOptions.ts';

/** Where a served supergraph comes from, and what becomes of a policy that changed. */
export interface Serving {
  readonly supergraph: SupergraphSource;
  readonly policyChanged: (
    policy: Policy,
    putInForce: (policy: Policy) => void,
  ) => ReturnType<Reloadable['replace']>;
}

/** Says what is served, once the policy in force at first is known. */
export type OpenServing = (policy: Policy, logger: Logger) => Serving;

/**
 * Serves until SIGINT or SIGTERM.
 *
 * @returns the exit code.
 * @throws Error that says what to do where it cannot serve.
 */
export async function serveUntilStopped(config: ServingConfig, open: OpenServing): Promise<number> {
  await serveAndClose(config, open);
  endAnyway(0);
  return 0;
}

async function serveAndClose(config: ServingConfig, open: OpenServing): Promise<void> {
  // Standard output is the audit's unless it has a file; messages go to standard error.
  const logger = pino({ base: null, level: config.watching.logLevel }, openStandardError(0));
  const { keys } = config;
  const audit = await openAuditFiles(config.audit);
  const policyText = await readPolicyText(config.policy.file);
  const policy = parsePolicy(policyText, config.policy.file);
  const mappingFile = config.consent.mapping;
  const mapping = mappingFile === null ? null : await loadConsentMapping(mappingFile, config.environment);
  const { supergraph: source, policyChanged } = open(policy, logger);
  // Read here, so that it is known what the file held.
  const supergraph = 'file' in source ? { sdl: await readSupergraphFile(source.file) } : source;
  await using cleanup = new AsyncDisposableStack();
  const { watch, metricsUrl, ...watching } = await openWatching(config.watching, logger);
  // Disposed of last: what the others end with is told of, too.
  cleanup.defer(
    async () =>
      await inTime(2_000, watching.close, () => logger.warn('metrics and traces were not waited for')),
  );
  const { candidate: file } = config.policy;
  const trying =
    file === null ? null : await openCandidate({ file, log: createLog(logger), count: watch.tried });
  const limits = await openLimits(config, logger);
  cleanup.defer(() => limits.close());
  const callers = await openCallers(config, createLog(logger));
  cleanup.defer(() => callers.close());
  watch.readiness.mind('token-keys', callers.isFailing);
  const { contextKey } = config.subgraphs;
  const signer = contextKey === null ? null : await openContextSigner(contextKey);
  const instance = sudare({
    supergraph,
    policy,
    identify: limits.limited(callers.identify),
    consent: {
      url: config.consent.url,
      mapping,
      callerKey: keys.caller,
      signing: config.mode === 'dev' ? 'waived' : 'required',
      redis:
        config.redis.url === null || keys.cache === null
          ? null
          : { url: config.redis.url, keySecret: keys.cache },
      timeoutMs: 5_000,
    },
    ...audit,
    ...(keys.audit === null ? {} : { auditKey: keys.audit }),
    ...(keys.pseudonym === null ? {} : { pseudonymKey: { id: 'k1', secret: keys.pseudonym } }),
    logger,
    watch,
    ...(trying === null ? {} : { candidate: trying.candidate }),
    stamp: config.supergraph.unverified ? 'waived' : 'required',
    disclosure: config.mode === 'dev' ? 'true-reasons' : 'collapsed',
    enforcement: config.policy.mode,
    discovery: config.mode === 'dev' ? 'offered' : 'none',
    ...subgraphOptions(config.subgraphs),
    ...(signer === null ? {} : { contextSigner: signer }),
    limits: config.limits,
  });
  const served = await serve({
    sudare: instance,
    host: config.server.host,
    port: config.server.port,
    mode: config.mode,
    logger,
    ...limits.serving,
  }).catch((error: unknown) => {
    throw explained(error, config);
  });
  const reloading = watchReloadables({
    logger,
    count: watch.reloaded,
    reloadables: [
      ...(trying === null ? [] : [trying.reloadable]),
      ...limits.reloadables,
      ...callers.reloadables,
      ...(signer === null
        ? []
        : [
            {
              what: 'context-key' as const,
              file: signer.file.path,
              text: signer.file.text,
              replace: signer.file.replace,
            },
          ]),
      {
        what: 'policy',
        file: config.policy.file,
        text: policyText,
        replace: (text) => policyChanged(parsePolicy(text, config.policy.file), instance.setPolicy),
      },
      ...('file' in source && 'sdl' in supergraph
        ? [
            {
              what: 'supergraph' as const,
              file: source.file,
              text: supergraph.sdl,
              replace: instance.setSupergraph,
            },
          ]
        : []),
    ],
  });
  cleanup.defer(() => reloading.close());
  if (config.policy.mode === 'dry-run') {
    logger.warn('--mode dry-run: nothing is enforced, and everything is answered unmasked');
  }
  if (config.consent.url === null) {
    logger.warn('no --consent-url: no consent is known, so nothing that depends on a person is shown');
  }
  if (config.audit.mode === 'best-effort') {
    logger.warn(
      { flushMs: config.audit.flushMs },
      'the access record is kept by best effort: a crash loses what waits, up to flushMs and one write',
    );
  }
  const { mode, settingsFile } = config;
  logger.info({ url: served.url, metrics: metricsUrl, mode, settings: settingsFile }, 'listening');

  const signal = await untilToldToStop();
  logger.info({ signal }, 'stopping');
  // Whoever presses Ctrl-C has no balancer that would have to notice.
  const { notice, drain } = STOPPING_SECONDS[mode];
  const { noticeSeconds, drainSeconds } = config.server;
  await served.close({
    noticeMs: signal === 'SIGTERM' ? (noticeSeconds ?? notice) * 1_000 : 0,
    requestsMs: (drainSeconds ?? drain) * 1_000,
  });
}

/** Where nothing else is set; a developer has no balancer that would have to notice, and waits at the keyboard. */
const STOPPING_SECONDS = { production: { notice: 3, drain: 10 }, dev: { notice: 0, drain: 4 } };

/** What to do where the address cannot be had; anything else says so itself. */
function explained(error: unknown, { server: { host, port } }: ServingConfig): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  return new Error(
    `${host}:${port} cannot be listened on${codeOf(error)}. Stop what uses it, or choose others by --host and --port.`,
    { cause: error },
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
}
