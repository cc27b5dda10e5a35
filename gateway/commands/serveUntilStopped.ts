import { pino, type Logger } from 'pino';
import { loadConsentMapping } from '../../policies/consent/source/consentMapping.ts';
import { openContextSigner } from '../../policies/context/contextSigner.ts';
import { parsePolicy, readPolicyText } from '../../policies/loadPolicy.ts';
import { covers } from '../../policies/covers.ts';
import type { Policy } from '../../policies/policy.ts';
import { STOPPING_SECONDS } from '../config/sections/server.ts';
import type { ServingConfig } from '../config/servingConfig.ts';
import { serve, type Served } from '../http/serve.ts';
import { inTime } from '../inTime.ts';
import { createLog } from '../log.ts';
import type { Reloadable } from '../reload/reloadable.ts';
import { watchReloadables } from '../reload/watchReloadables.ts';
import { sudare } from '../sudare.ts';
import { readSupergraphFile, type SupergraphSource } from '../supergraphSource.ts';
import { openStandardError } from '../watch/openStandardError.ts';
import { openWatching } from '../watch/openWatching.ts';
import { endAnyway, type StopOrder } from './listenForStop.ts';
import { openAuditFiles } from './openAuditFiles.ts';
import { openCallers } from './openCallers.ts';
import { openCandidate } from './openCandidate.ts';
import { openLimits } from './openLimits.ts';
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
 * Serves until it is told to stop, which may be while it starts.
 *
 * @returns the exit code.
 * @throws Error that says what to do where it cannot serve.
 */
export async function serveUntilStopped(
  config: ServingConfig,
  stop: StopOrder,
  open: OpenServing,
): Promise<number> {
  await serveAndClose(config, stop, open);
  endAnyway(0);
  return 0;
}

async function serveAndClose(config: ServingConfig, stop: StopOrder, open: OpenServing): Promise<void> {
  // Standard output is the audit's unless it has a file; messages go to standard error.
  const logger = pino({ base: null, level: config.watching.logLevel }, openStandardError(0));
  await using cleanup = new AsyncDisposableStack();
  const starting = start(config, { open, logger, cleanup, signal: stop.signal });
  // In this order: where it is to stop before it began, the one fails since the other holds.
  await Promise.race([stop.given, starting]);
  const signal = await stop.given;
  logger.info({ signal }, 'stopping');
  const served = await startedBy(starting, { stop, logger });
  const { notice, drain } = STOPPING_SECONDS[config.mode];
  const { noticeSeconds, drainSeconds } = config.server;
  await served?.close({
    // Whoever presses Ctrl-C has no balancer that would have to notice.
    noticeMs: signal === 'SIGTERM' ? (noticeSeconds ?? notice) * 1_000 : 0,
    requestsMs: (drainSeconds ?? drain) * 1_000,
  });
  logger.info('stopped');
}

/** How long a start has to notice that it is to stop, and to close what it opened, in ms: as long as a gateway's parts. */
const STARTED_MS = 15_000;

/** What was started; `null` where that went no further since it was to stop, or is not waited for. */
async function startedBy(
  starting: Promise<Served>,
  { stop, logger }: { readonly stop: StopOrder; readonly logger: Logger },
): Promise<Served | null> {
  const started: Served[] = [];
  try {
    await inTime(
      STARTED_MS,
      async () => started.push(await starting),
      () => logger.warn('the start was not waited for'),
    );
  } catch (error) {
    if (error !== stop.signal.reason) throw error;
  }
  return started[0] ?? null;
}

/** What a start uses of its process. */
interface Starting {
  readonly open: OpenServing;
  readonly logger: Logger;
  /** Gets what is to be closed once nothing is served any more. */
  readonly cleanup: AsyncDisposableStack;
  /** Aborted where it is to go no further. */
  readonly signal: AbortSignal;
}

async function start(config: ServingConfig, { open, logger, cleanup, signal }: Starting): Promise<Served> {
  signal.throwIfAborted();
  const { keys } = config;
  const audit = await openAuditFiles(config.audit);
  const policyText = await readPolicyText(config.policy.file);
  const policy = parsePolicy(policyText, config.policy.file);
  let inForce = policy;
  const mappingFile = config.consent.mapping;
  const mapping = mappingFile === null ? null : await loadConsentMapping(mappingFile, config.environment);
  const { supergraph: source, policyChanged } = open(policy, logger);
  // Read here, so that it is known what the file held.
  const supergraph =
    'file' in source && !('sdl' in source)
      ? { sdl: await readSupergraphFile(source.file), file: source.file }
      : source;
  const { watch, metricsUrl, ...watching } = await openWatching(config.watching, logger);
  // Disposed of last: what the others end with is told of, too.
  cleanup.defer(
    async () =>
      await inTime(2_000, watching.close, () => logger.warn('metrics and traces were not waited for')),
  );
  const { candidate: file } = config.policy;
  const trying =
    file === null ? null : await openCandidate({ file, log: createLog(logger), count: watch.tried });
  const limits = await openLimits(config, logger, (key) =>
    [...inForce.purposes.keys()].some((each) => covers(key, each)),
  );
  cleanup.defer(() => limits.close());
  // The next two steps may take seconds.
  signal.throwIfAborted();
  const callers = await openCallers(config, createLog(logger));
  cleanup.defer(() => callers.close());
  watch.readiness.mind('token-keys', callers.isFailing);
  const { contextKey } = config.subgraphs;
  const signer = contextKey === null ? null : await openContextSigner(contextKey);
  signal.throwIfAborted();
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
    signal,
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
        replace: (text) =>
          policyChanged(parsePolicy(text, config.policy.file), (next) => {
            instance.setPolicy(next);
            inForce = next;
          }),
      },
      ...('file' in source && !('sdl' in source) && 'sdl' in supergraph
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
  return served;
}

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
