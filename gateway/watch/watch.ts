import { trace, type TracerProvider } from '@opentelemetry/api';
import type { Logger } from 'pino';
import type { Dispatcher } from 'undici';
import type { ConsentLookup } from '../../policies/consent/lookup.ts';
import type { ConsentSource } from '../../policies/consent/source/source.ts';
import type { OpenAuditTrail } from '../audit/openAuditTrail.ts';
import type { RequestHeaders } from '../callers/caller.ts';
import type { RefusalNote } from '../errors.ts';
import type { Generations } from '../generations.ts';
import type { Reloaded } from '../reload/reloadable.ts';
import { createConsentTracing } from './consentTracing.ts';
import type { Metrics } from './metrics.ts';
import { outcomeKind, outcomeOfCode } from './outcome.ts';
import { createReadiness, type Readiness, type ReloadOutcome } from './readiness.ts';
import { beginSpans } from './requestSpans.ts';
import { NONE, OTHER, watchRequest, type EndedRequest, type WatchedRequest } from './watchedRequest.ts';

/** What watches one gateway: log lines, spans, metrics and readiness. */
export interface Watch {
  readonly readiness: Readiness;
  /** Begins to watch one request. */
  readonly begin: (headers: RequestHeaders | undefined) => WatchedRequest;
  /** A request was refused before GraphQL, with an error's code and an HTTP status. */
  readonly refused: (code: string, status: number, note?: RefusalNote) => void;
  /** Something was read anew: counted, and told by `/health/ready` while it is refused. Logging is for whoever read it. */
  readonly reloaded: (what: Reloaded, outcome: ReloadOutcome) => void;
  /** What a candidate policy would change of one answer. */
  readonly tried: Metrics['tried'];
  /** The same consent source, whose calls stand in the trace of the request that brought them about. */
  readonly consentSource: (source: ConsentSource) => ConsentSource;
  /** Connections on which the consent source is told of the trace. */
  readonly consentDispatcher: (dispatcher: Dispatcher) => Dispatcher;
  /** Takes what is asked at each scrape, and whenever somebody asks whether the gateway is ready. */
  readonly follow: (parts: FollowedParts) => void;
}

/** The parts of a gateway that tell of themselves when they are asked. */
export interface FollowedParts {
  readonly audit: Pick<OpenAuditTrail, 'stats' | 'isKeeping'>;
  readonly consent: Pick<ConsentLookup, 'stats'>;
  readonly generations: Pick<Generations, 'current'>;
}

/** Options of `createWatch`. */
export interface WatchOptions {
  readonly logger: Pick<Logger, 'info'>;
  /** Counts for Prometheus; default: nothing is counted. */
  readonly metrics?: Metrics | null;
  /** Whose spans; default: the process's own, which tell nobody where no OpenTelemetry SDK was set up. */
  readonly tracerProvider?: TracerProvider;
}

/**
 * Creates what watches a gateway.
 *
 * Log lines of requests hold no operation, not even its name: a client may have written anything there. The access record
 * has the name, by the same trace id.
 */
export function createWatch({ logger, metrics = null, tracerProvider = trace }: WatchOptions): Watch {
  const tracer = tracerProvider.getTracer('sudare');
  const readiness = createReadiness();
  let isClient: (name: string) => boolean = nobody;
  const consentTracing = createConsentTracing();

  const onEnded = ({ traceId, client, purpose, outcome, status, durationMs }: EndedRequest): void =>
    logger.info(
      { traceId, client, purpose, outcome, status, durationMs: Math.round(durationMs * 10) / 10 },
      'request',
    );

  return {
    readiness,
    begin: (headers) =>
      watchRequest({ spans: beginSpans(tracer, headers), metrics, within: consentTracing.within, onEnded }),
    refused(code, status, { client: given = null, why } = {}) {
      const outcome = outcomeOfCode(code);
      const isKnown = given !== null && isClient(given);
      const client = isKnown ? given : OTHER;
      metrics?.refused(outcome, outcomeKind(outcome, status), client);
      logger.info({ client, purpose: NONE, outcome, status, why }, 'request');
    },
    reloaded(what, outcome) {
      readiness.reloaded(what, outcome);
      metrics?.reloaded(what, outcome);
    },
    tried: (change, values) => metrics?.tried(change, values),
    consentSource: consentTracing.source,
    consentDispatcher: consentTracing.dispatcher,
    follow({ audit, consent, generations }) {
      isClient = (name) => generations.current()?.policy.clients.has(name) === true;
      readiness.follow({
        isLoaded: () => generations.current() !== null,
        isAuditInTrouble: () => !audit.isKeeping(),
        // Of a source that hangs, the circuit is mostly half-open: a trial takes as long as a time-out.
        isConsentSourceFailing: () => (consent.stats().source?.circuit ?? 'closed') !== 'closed',
      });
      metrics?.follow({
        audit: audit.stats,
        consent: consent.stats,
        prepared() {
          const { size = 0, calculatedSize = 0 } = generations.current()?.prepared ?? {};
          return { entries: size, selections: calculatedSize };
        },
        ready: readiness.answer,
      });
    },
  };
}

/** Before there is a policy. */
const nobody = (): boolean => false;
