import { Counter, Gauge, type Registry } from 'prom-client';
import type { ConsentStats } from '../../policies/consent/lookup.ts';
import type { AuditStats } from '../audit/openAuditTrail.ts';
import type { ReadyAnswer } from './readiness.ts';

/** What a gateway knows of itself, asked at each scrape. */
export interface WatchedState {
  readonly audit: () => AuditStats;
  readonly consent: () => ConsentStats;
  /** Prepared operations of the generation in force, and their selections together. */
  readonly prepared: () => { readonly entries: number; readonly selections: number };
  readonly ready: () => ReadyAnswer;
}

/** One number of the state; `null`: there is nothing to tell. */
interface StateMetric {
  readonly name: string;
  readonly help: string;
  /** `total`: only ever grows. */
  readonly type: 'total' | 'now';
  readonly value: (state: WatchedState) => number | null;
}

const STATE_METRICS: readonly StateMetric[] = Object.freeze([
  {
    name: 'sudare_ready',
    help: '1 where /health/ready says so, else 0.',
    type: 'now',
    value: ({ ready }) => (ready().status === 'ready' ? 1 : 0),
  },
  {
    name: 'sudare_degraded',
    help: 'How many things /health/ready calls degraded.',
    type: 'now',
    value: ({ ready }) => ready().degraded.length,
  },
  {
    name: 'sudare_prepared_entries',
    help: 'Prepared operations that are kept.',
    type: 'now',
    value: ({ prepared }) => prepared().entries,
  },
  {
    name: 'sudare_prepared_selections',
    help: 'Selections of all prepared operations together; at 200 000 the least used are given up.',
    type: 'now',
    value: ({ prepared }) => prepared().selections,
  },
  {
    name: 'sudare_consent_cache_hits_total',
    help: 'Consent states found in Redis.',
    type: 'total',
    value: ({ consent }) => consent().cache?.hits ?? null,
  },
  {
    name: 'sudare_consent_cache_misses_total',
    help: 'Consent states not found in Redis.',
    type: 'total',
    value: ({ consent }) => consent().cache?.misses ?? null,
  },
  {
    name: 'sudare_consent_cache_round_trips_total',
    help: 'Exchanges with Redis.',
    type: 'total',
    value: ({ consent }) => consent().cache?.roundTrips ?? null,
  },
  {
    name: 'sudare_consent_source_reads_total',
    help: 'Reads that reached the consent source.',
    type: 'total',
    value: ({ consent }) => consent().source?.reads ?? null,
  },
  {
    name: 'sudare_consent_source_failures_total',
    help: 'Reads that failed by the consent source’s fault.',
    type: 'total',
    value: ({ consent }) => consent().source?.failures ?? null,
  },
  {
    name: 'sudare_consent_source_refused_total',
    help: 'Reads that were refused without asking the consent source: circuit open, or too many in line.',
    type: 'total',
    value: ({ consent }) => consent().source?.refused ?? null,
  },
  {
    name: 'sudare_consent_source_in_flight',
    help: 'Reads of the consent source under way.',
    type: 'now',
    value: ({ consent }) => consent().source?.inFlight ?? null,
  },
  {
    name: 'sudare_consent_source_waiting',
    help: 'Reads of the consent source in line.',
    type: 'now',
    value: ({ consent }) => consent().source?.waiting ?? null,
  },
  {
    name: 'sudare_consent_circuit_opened_total',
    help: 'How often the circuit to the consent source opened.',
    type: 'total',
    value: ({ consent }) => consent().source?.opened ?? null,
  },
  {
    name: 'sudare_consent_circuit_state',
    help: 'The circuit to the consent source: 0 closed, 1 half-open, 2 open.',
    type: 'now',
    value: ({ consent }) => {
      const circuit = consent().source?.circuit;
      return circuit === undefined ? null : CIRCUIT[circuit];
    },
  },
  {
    name: 'sudare_audit_kept_total',
    help: 'Lines of the access record that are kept.',
    type: 'total',
    value: ({ audit }) => audit().kept,
  },
  {
    name: 'sudare_audit_lost_total',
    help: 'Records that nobody waited for, and that were lost.',
    type: 'total',
    value: ({ audit }) => audit().lost,
  },
  {
    name: 'sudare_audit_waiting',
    help: 'Records that are not kept yet.',
    type: 'now',
    value: ({ audit }) => audit().waiting,
  },
  {
    name: 'sudare_audit_undelivered_total',
    help: 'Lines that are kept, but did not reach the stream.',
    type: 'total',
    value: ({ audit }) => audit().undelivered,
  },
  {
    name: 'sudare_audit_checkpoint_failures_total',
    help: 'How often checkpoints of the access record could not be written.',
    type: 'total',
    value: ({ audit }) => audit().checkpointFailures,
  },
]);

const CIRCUIT = { closed: 0, 'half-open': 1, open: 2 } as const;

/** Registers what is asked at each scrape. @returns takes whose state it is; until then there is nothing to tell. */
export function registerStateMetrics(registry: Registry): (state: WatchedState) => void {
  let state: WatchedState | null = null;
  for (const { name, help, type, value } of STATE_METRICS) {
    const now = (): number | null => (state === null ? null : value(state));
    registry.registerMetric(type === 'now' ? gaugeOf({ name, help }, now) : counterOf({ name, help }, now));
  }
  return (next) => void (state = next);
}

type Named = Pick<StateMetric, 'name' | 'help'>;

function gaugeOf(named: Named, now: () => number | null): Gauge {
  return new Gauge({
    ...named,
    registers: [],
    collect() {
      this.reset();
      const given = now();
      if (given === null) this.remove();
      else this.set(given);
    },
  });
}

/** What is counted elsewhere: it is set to the total anew each time. */
function counterOf(named: Named, now: () => number | null): Counter {
  return new Counter({
    ...named,
    registers: [],
    collect() {
      this.reset();
      this.inc(now() ?? 0);
    },
  });
}
