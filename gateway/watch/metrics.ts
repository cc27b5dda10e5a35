import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Change } from '../candidate/changes.ts';
import { RELOADED, type Reloaded } from '../reload/reloadable.ts';
import { OUTCOME_KINDS, type Outcome, type OutcomeKind } from './outcome.ts';
import { RELOAD_OUTCOMES, type ReloadOutcome } from './readiness.ts';
import { registerStateMetrics, type WatchedState } from './stateMetrics.ts';

/** One request, by labels that are few: clients and purposes of the policy, outcomes of `outcome.ts`. */
export interface CountedRequest {
  readonly client: string;
  readonly purpose: string;
  readonly outcome: Outcome;
  readonly kind: OutcomeKind;
  readonly seconds: number;
}

/** What was decided about one field of one answer, once for all rows that were decided alike. */
export interface CountedDecision {
  readonly categories: readonly string[];
  readonly decision: string;
  readonly reason: string;
}

/** How a call of a subgraph ended: `errors`: it answered, with errors; `failed`: there was no answer. */
export type CallOutcome = 'ok' | 'errors' | 'timeout' | 'cancelled' | 'failed';

/** What is counted in one gateway, for Prometheus. Nothing that is told here says anything of a person or a value. */
export interface Metrics {
  readonly began: () => void;
  readonly ended: (request: CountedRequest) => void;
  /** One that was refused before GraphQL, or failed there. */
  readonly refused: (outcome: Outcome, kind: OutcomeKind, client: string) => void;
  readonly decided: (decision: CountedDecision) => void;
  /** A prepared operation was found. */
  readonly kept: () => void;
  /** One was made, which holds up everybody. */
  readonly made: (seconds: number) => void;
  readonly called: (subgraph: string, outcome: CallOutcome, seconds: number) => void;
  readonly reloaded: (what: Reloaded, outcome: ReloadOutcome) => void;
  /** What a candidate policy would change of one answer, at one place for one client. */
  readonly tried: (change: Pick<Change, 'coordinate' | 'client' | 'direction'>, values: number) => void;
  readonly spansLost: (spans: number) => void;
  /** What is asked at each scrape. */
  readonly follow: (state: WatchedState) => void;
  /** The text that Prometheus reads. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
  /** Names and help of all, for documentation. */
  readonly all: () => readonly { readonly name: string; readonly help: string; readonly type: string }[];
}

/** Upper ends, in seconds. */
const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const PLANNING_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2];

/**
 * Creates the metrics of one gateway, in a registry of their own.
 *
 * Labels are names of the policy, the schema and this code, and never what a request or a subgraph said; see
 * `watchRequest` and `outcomeOfCode`.
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'sudare_requests_total',
    help: 'Requests by client and purpose of the policy ("other": any that is not; "none": no purpose) and outcome.',
    labelNames: ['client', 'purpose', 'outcome'],
    registers,
  });
  const failures = new Counter({
    name: 'sudare_requests_failed_total',
    help: 'Those of them that failed through no fault of the client’s.',
    registers,
  });
  const durations = new Histogram({
    name: 'sudare_request_duration_seconds',
    help: 'From the request’s being read and its caller’s being known to its answer, by kind of outcome: ok, partial, refused, failed.',
    labelNames: ['kind'],
    buckets: REQUEST_BUCKETS,
    registers,
  });
  const inFlight = new Gauge({
    name: 'sudare_requests_in_flight',
    help: 'Requests that are being answered.',
    registers,
  });
  const decisions = new Counter({
    name: 'sudare_decisions_total',
    help: 'Decisions by category, decision and reason: one for each field of an answer, however many rows it has.',
    labelNames: ['category', 'decision', 'reason'],
    registers,
  });
  const prepared = new Counter({
    name: 'sudare_prepared_total',
    help: 'Look-ups of prepared operations: kept (found) or made.',
    labelNames: ['result'],
    registers,
  });
  const planning = new Histogram({
    name: 'sudare_planning_duration_seconds',
    help: 'Preparing one operation that was not kept, which holds up all other requests.',
    buckets: PLANNING_BUCKETS,
    registers,
  });
  const calls = new Histogram({
    name: 'sudare_subgraph_call_duration_seconds',
    help: 'Calls of subgraphs by name and outcome: ok, errors, timeout, cancelled, failed.',
    labelNames: ['subgraph', 'outcome'],
    buckets: REQUEST_BUCKETS,
    registers,
  });
  const reloads = new Counter({
    name: 'sudare_reloads_total',
    help: 'What was read anew while running, and whether it was reloaded or refused.',
    labelNames: ['what', 'outcome'],
    registers,
  });
  const tried = new Counter({
    name: 'sudare_candidate_changes_total',
    help: 'Values that the candidate policy would show otherwise, by field, client and direction: more, perhaps-more, less, same.',
    labelNames: ['coordinate', 'client', 'direction'],
    registers,
  });
  const spansLost = new Counter({
    name: 'sudare_trace_spans_lost_total',
    help: 'Spans that the trace endpoint did not take, or that were too many to wait for it.',
    registers,
  });
  const follow = registerStateMetrics(registry);
  // A series that is first seen at 1 has not grown, and an alert that asks for growth would not hear of the first.
  for (const what of RELOADED) for (const outcome of RELOAD_OUTCOMES) reloads.inc({ what, outcome }, 0);
  for (const kind of OUTCOME_KINDS) durations.zero({ kind });
  return {
    began: () => inFlight.inc(),
    ended({ client, purpose, outcome, kind, seconds }) {
      inFlight.dec();
      requests.inc({ client, purpose, outcome });
      durations.observe({ kind }, seconds);
      if (kind === 'failed') failures.inc();
    },
    refused(outcome, kind, client) {
      requests.inc({ client, purpose: 'none', outcome });
      if (kind === 'failed') failures.inc();
    },
    decided({ categories, decision, reason }) {
      for (const category of categories) decisions.inc({ category, decision, reason });
    },
    kept: () => prepared.inc({ result: 'kept' }),
    made(seconds) {
      prepared.inc({ result: 'made' });
      planning.observe(seconds);
    },
    called: (subgraph, outcome, seconds) => calls.observe({ subgraph, outcome }, seconds),
    reloaded: (what, outcome) => reloads.inc({ what, outcome }),
    tried: ({ coordinate, client, direction }, values) =>
      tried.inc({ coordinate, client, direction }, values),
    spansLost: (spans) => spansLost.inc(spans),
    follow,
    text: async () => await registry.metrics(),
    contentType: registry.contentType,
    all: () =>
      registry.getMetricsAsArray().map(({ name, help, type }) => ({ name, help, type: String(type) })),
  };
}
