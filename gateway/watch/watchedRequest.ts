import { SpanKind } from '@opentelemetry/api';
import type { CallerClaims } from '../../policies/admit.ts';
import type { Policy } from '../../policies/policy.ts';
import type { CallOutcome, CountedDecision, Metrics } from './metrics.ts';
import { outcomeKind, type Outcome, type OutcomeKind } from './outcome.ts';
import type { RequestSpans } from './requestSpans.ts';

/** The steps of `request.ts` that take time. */
export type Step = 'prepare' | 'fetch' | 'project' | 'audit';

/** One request, as it is watched. What it is told of are names and counts, never what was asked for or found. */
export interface WatchedRequest {
  /** 32 hexadecimal digits, whatever the client sent. */
  readonly traceId: string;
  /** Who calls and what for, as far as the policy knows them; also before they are admitted. */
  readonly calledBy: (policy: Policy, caller: Pick<CallerClaims, 'client' | 'purpose'>) => void;
  /** The step before is over, and this one begins. */
  readonly at: (step: Step) => void;
  /** A prepared operation was found. */
  readonly kept: () => void;
  /** Makes one. */
  readonly making: <T>(make: () => T) => T;
  /** A subgraph is called. */
  readonly calling: (subgraph: string) => WatchedCall;
  /** Asks for consents, a step in which calls of the consent source are parts. */
  readonly asking: <T>(ask: () => Promise<T>) => Promise<T>;
  /** What was decided about the fields of the answer. */
  readonly decided: (decisions: Iterable<CountedDecision>) => void;
  /** It was answered. Whatever is told afterwards is not counted. */
  readonly ended: (outcome: Outcome, status: number) => void;
}

/** One call on its way. */
export interface WatchedCall {
  /** The header that tells whoever is called of the trace; `null`: there is none. */
  readonly traceParent: string | null;
  readonly ended: (outcome: CallOutcome) => void;
}

/** One request that is over, for the log. */
export interface EndedRequest {
  readonly traceId: string;
  readonly client: string;
  readonly purpose: string;
  readonly outcome: Outcome;
  readonly kind: OutcomeKind;
  readonly status: number;
  readonly durationMs: number;
}

/** What watching a request depends on. */
export interface WatchRequestInput {
  readonly spans: RequestSpans;
  /** `null`: nothing is counted. */
  readonly metrics: Metrics | null;
  /** Runs work of which calls of the consent source are parts. */
  readonly within: <T>(spans: RequestSpans, work: () => Promise<T>) => Promise<T>;
  readonly onEnded: (request: EndedRequest) => void;
}

/** What stands for a client or purpose that the policy does not have, and for none. */
export const OTHER = 'other';
export const NONE = 'none';

/** Begins to watch a request. */
export function watchRequest({ spans, metrics, within, onEnded }: WatchRequestInput): WatchedRequest {
  const startedAt = performance.now();
  let client = OTHER;
  let purpose = NONE;
  let isOver = false;
  metrics?.began();
  return {
    traceId: spans.traceId,
    calledBy(policy, caller) {
      client = caller.client !== null && policy.clients.has(caller.client) ? caller.client : OTHER;
      purpose = purposeOf(policy, caller.purpose);
    },
    at: (step) => spans.step(`sudare.${step}`),
    kept: () => metrics?.kept(),
    making(make) {
      const part = spans.part('sudare.plan', SpanKind.INTERNAL, {});
      const since = performance.now();
      try {
        return make();
      } finally {
        metrics?.made((performance.now() - since) / 1_000);
        part.end('ok');
      }
    },
    calling(subgraph) {
      const part = spans.part('sudare.subgraph', SpanKind.CLIENT, { 'sudare.subgraph': subgraph });
      const since = performance.now();
      return {
        traceParent: part.traceParent,
        ended(outcome) {
          metrics?.called(subgraph, outcome, (performance.now() - since) / 1_000);
          part.end(outcome === 'ok' ? 'ok' : 'failed', { 'sudare.outcome': outcome });
        },
      };
    },
    async asking(ask) {
      spans.step('sudare.consent');
      return await within(spans, ask);
    },
    decided(decisions) {
      if (metrics === null && !spans.isRecording) return;
      const counts: Record<string, number> = {};
      for (const decision of decisions) {
        metrics?.decided(decision);
        const name = `sudare.coordinates.${decision.decision}`;
        counts[name] = (counts[name] ?? 0) + 1;
      }
      spans.tell(counts);
    },
    ended(outcome, status) {
      if (isOver) return;
      isOver = true;
      const durationMs = performance.now() - startedAt;
      const kind = outcomeKind(outcome, status);
      metrics?.ended({ client, purpose, outcome, kind, seconds: durationMs / 1_000 });
      spans.end(
        {
          'sudare.client': client,
          'sudare.purpose': purpose,
          'sudare.outcome': outcome,
          'http.response.status_code': status,
        },
        kind === 'failed' ? 'failed' : 'ok',
      );
      onEnded({ traceId: spans.traceId, client, purpose, outcome, kind, status, durationMs });
    },
  };
}

/**
 * INVARIANT: a name that a client made up is told nobody who watches, since it may hold anything
 * (test/leaks/metrics.test.ts).
 */
function purposeOf(policy: Policy, purpose: string | null): string {
  if (purpose === null) return NONE;
  return policy.purposes.has(purpose) ? purpose : OTHER;
}
