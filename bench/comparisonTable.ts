import type { ScenarioRounds } from './compare.ts';
import type { RowData } from './comparisonData.ts';
import { CONTESTANTS } from './contestants.ts';
import { printTable, shown } from './printTable.ts';

/** Below this share of its processor a gateway waited for something else. */
const SATURATED = 0.9;

const HEAD = ['', 'vs Apollo', 'min–max', 'by CPU', 'min–max', 'req/s', 'CPU ms', 'p50 ms', 'p99 ms', 'busy'];

/** The table of one scenario. */
export function comparisonTable(
  { scenario, bytes }: ScenarioRounds,
  rows: Readonly<Record<string, RowData>>,
): string {
  const labels = new Map(CONTESTANTS.map(({ name, label }) => [name, label]));
  const cells = Object.entries(rows).map(([name, row]) => [
    labels.get(name) ?? name,
    shown(row.vsApollo),
    range(row.vsApolloRange),
    shown(row.vsApolloCpu),
    range(row.vsApolloCpuRange),
    row.requestsPerSecond.toFixed(0),
    shown(row.cpuMs),
    shown(row.p50),
    shown(row.p99),
    `${(row.busy * 100).toFixed(0)} %${row.busy < SATURATED ? ' *' : ''}`,
  ]);
  const idle = Object.values(rows).some(({ busy }) => busy < SATURATED);
  const title = `${scenario.name}: ${scenario.about}, ${(bytes / 1_000).toFixed(bytes < 10_000 ? 1 : 0)} KB`;
  const note = '* not saturated: load, subgraphs or other processes were the limit; compare by CPU';
  return [title, '', printTable(HEAD, cells), ...(idle ? ['', note] : [])].join('\n');
}

function range(given: readonly [number, number] | undefined): string {
  return given === undefined ? '–' : given.map(shown).join('–');
}
