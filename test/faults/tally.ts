import type { RoundReport } from './runRound.ts';

/** What several rounds came to. */
export interface Tally {
  readonly add: (report: RoundReport) => void;
  /** Of rounds without violation and problem, and of the others. */
  readonly passed: () => number;
  readonly failed: () => number;
  /** As the end of a run tells it. */
  readonly lines: () => readonly string[];
}

/** An empty one. */
export function createTally(): Tally {
  const reports: RoundReport[] = [];
  const sum = (of: (report: RoundReport) => number): string =>
    String(reports.reduce((total, report) => total + of(report), 0));
  const passed = (): number => reports.filter(isFine).length;
  return {
    add: (report) => void reports.push(report),
    passed,
    failed: () => reports.length - passed(),
    lines: () => {
      const faults = new Map<string, number>();
      for (const report of reports) {
        for (const [name, count] of report.faults) faults.set(name, (faults.get(name) ?? 0) + count);
      }
      const total = [...faults.values()].reduce((before, count) => before + count, 0);
      return [
        `reads: ${sum(({ reads }) => reads.answered)} answered, ${sum(({ reads }) => reads.unanswered)} not, ` +
          `${sum(({ reads }) => reads.failed)} without data; ` +
          `in them ${sum(({ reads }) => reads.shown)} persons shown and ${sum(({ reads }) => reads.hidden)} hidden, ` +
          `${sum(({ reads }) => reads.bound)} of which by a withdrawal in effect`,
        `writes: ${sum(({ writes }) => writes.acknowledged)} acknowledged ` +
          `(${sum(({ writes }) => writes.atOnce)} effective at once), ` +
          `${sum(({ writes }) => writes.unknown)} of unknown outcome, ${sum(({ writes }) => writes.lost)} lost`,
        `faults: ${String(total)}`,
        ...[...faults]
          .toSorted(([a], [b]) => a.localeCompare(b))
          .map(([name, count]) => `  ${String(count).padStart(4)}  ${name}`),
        `violations: ${sum(({ violations }) => violations.length)}, ` +
          `problems: ${sum(({ problems }) => problems.length)}`,
      ];
    },
  };
}

/** Whether nothing is wrong with a round. */
export function isFine({ violations, problems }: RoundReport): boolean {
  return violations.length === 0 && problems.length === 0;
}
