import type { ScenarioRounds } from './compare.ts';
import type { Measured } from './measure.ts';
import { median, spread, type Spread } from './statistics.ts';

/** One row of one scenario. Ratios are above 1 where the row is better; absent without the other row. */
export interface RowData {
  readonly requestsPerSecond: number;
  /** CPU time of the gateway for each request, in ms. */
  readonly cpuMs: number;
  /** Share of one processor that the gateway used. */
  readonly busy: number;
  /** Latencies in ms. */
  readonly p50: number;
  readonly p99: number;
  /** Ratios of throughput within a round: their medians. */
  readonly vsApollo?: number;
  readonly vsApolloRange?: readonly [min: number, max: number];
  readonly vsProxy?: number;
  readonly vsHive?: number;
  readonly vsUnmasked?: number;
  readonly vsBestEffort?: number;
  /** Ratios of CPU time for each request within a round: their medians. */
  readonly vsApolloCpu?: number;
  readonly vsApolloCpuRange?: readonly [min: number, max: number];
  readonly vsProxyCpu?: number;
  readonly vsHiveCpu?: number;
  readonly vsUnmaskedCpu?: number;
  readonly vsBestEffortCpu?: number;
}

/** What `--json` writes, by scenario and row. */
export type ComparisonData = Readonly<Record<string, Readonly<Record<string, RowData>>>>;

const BASES = [
  ['apollo', 'vsApollo'],
  ['proxy', 'vsProxy'],
  ['hive', 'vsHive'],
  ['sudareUnmasked', 'vsUnmasked'],
  ['sudareBestEffort', 'vsBestEffort'],
] as const;

/** Sums up the rounds. */
export function comparisonData(results: readonly ScenarioRounds[]): ComparisonData {
  return Object.fromEntries(
    results.map(({ scenario, rows }) => [
      scenario.name,
      Object.fromEntries([...rows].map(([name, rounds]) => [name, rowData(rounds, rows)])),
    ]),
  );
}

function rowData(rounds: readonly Measured[], rows: ScenarioRounds['rows']): RowData {
  const of = (key: 'requestsPerSecond' | 'cpuMs' | 'busy' | 'p50' | 'p99'): number =>
    median(rounds.map((round) => round[key]));
  const ratios: Record<string, unknown> = {};
  for (const [base, key] of BASES) {
    const others = rows.get(base);
    if (others === undefined) continue;
    const throughput = ratio(
      rounds,
      others,
      (mine, other) => mine.requestsPerSecond / other.requestsPerSecond,
    );
    const cpu = ratio(rounds, others, (mine, other) => other.cpuMs / mine.cpuMs);
    ratios[key] = throughput.median;
    ratios[`${key}Cpu`] = cpu.median;
    if (base === 'apollo') {
      ratios['vsApolloRange'] = [throughput.min, throughput.max];
      ratios['vsApolloCpuRange'] = [cpu.min, cpu.max];
    }
  }
  return {
    requestsPerSecond: of('requestsPerSecond'),
    cpuMs: of('cpuMs'),
    busy: of('busy'),
    p50: of('p50'),
    p99: of('p99'),
    ...ratios,
  };
}

function ratio(
  mine: readonly Measured[],
  others: readonly Measured[],
  of: (mine: Measured, other: Measured) => number,
): Spread {
  return spread(mine.flatMap((one, round) => (others[round] === undefined ? [] : [of(one, others[round])])));
}
