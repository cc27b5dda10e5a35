import type { SoakReport } from './runSoak.ts';

/** How much memory may grow from the end of the warm-up on: a part of what it was, or so many MB. */
const MOST_GROWTH = 0.1;
const MOST_GROWTH_MB = 30;

/** What a soak found wrong, in sentences; empty: nothing. */
export function soakProblems(report: SoakReport): readonly string[] {
  const { failed, leaked, crashes, memory, requests, withdrawals } = report;
  const growth = memory === null ? 0 : memory.endMegabytes - memory.startMegabytes;
  const most = memory === null ? 0 : Math.max(MOST_GROWTH_MB, memory.startMegabytes * MOST_GROWTH);
  return [
    ...(requests === 0 || withdrawals === 0 ? ['Nothing was tried.'] : []),
    ...(failed > 0 ? [`${String(failed)} requests failed.`] : []),
    ...(leaked > 0 ? [`${String(leaked)} answers held what they must not.`] : []),
    ...(crashes > 0 ? [`Processes crashed ${String(crashes)} times.`] : []),
    ...(growth > most ? [`Memory grew by ${growth.toFixed(0)} MB; ${most.toFixed(0)} are allowed.`] : []),
  ];
}

/** The figures of a soak, for people. */
export function soakTable(report: SoakReport): string {
  const { memory, capacity, problems, disturbances } = report;
  const rows: readonly (readonly [string, string])[] = [
    ['capacity, requests a second', capacity === null ? 'not measured' : capacity.toFixed(0)],
    ['sent, requests a second', String(report.perSecond)],
    ['requests', String(report.requests)],
    ['failed', String(report.failed)],
    ['without the killed subgraph’s fields', String(report.withoutTrade)],
    ['masked though permitted, Redis being away', String(report.masked)],
    ['answers with what they must not hold', String(report.leaked)],
    ['withdrawals', String(report.withdrawals)],
    ['latency, ms: half, 99 %', `${report.p50.toFixed(0)}, ${report.p99.toFixed(0)}`],
    ['crashes', String(report.crashes)],
    [
      'memory, MB: after warm-up, at the end, a minute',
      memory === null
        ? 'too short to say'
        : `${memory.startMegabytes.toFixed(0)}, ${memory.endMegabytes.toFixed(0)}, ${memory.perMinute.toFixed(1)}`,
    ],
    ...Array.from(disturbances, ([name, times]) => [name, String(times)] as const),
    ...Array.from(problems, ([words, times]) => [`! ${words}`, String(times)] as const),
  ];
  const complaints = Array.from(report.complaints, ([words, times]) => `${String(times)} × ${words}`);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows
    .map(([name, value]) => `${name.padEnd(width)}  ${value}`)
    .concat('', 'logged by the gateways:', ...complaints)
    .join('\n');
}
