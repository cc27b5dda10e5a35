import type { RuleFinding } from '../finding.ts';
import { summary } from './summary.ts';

/**
 * Workflow commands of GitHub Actions, which shows them beside the lines that they name
 * (https://docs.github.com/actions/reference/workflow-commands-for-github-actions), and a last line that counts.
 */
export function github(findings: readonly RuleFinding[]): string {
  return `${[...findings.map(command), summary(findings)].join('\n')}\n`;
}

function command({
  file,
  line,
  column,
  severity,
  coordinate,
  rule,
  message,
  why,
  mend,
}: RuleFinding): string {
  const place: readonly (readonly [string, string])[] =
    file === null
      ? []
      : [
          ['file', file],
          ['line', String(line)],
          ['col', String(column)],
        ];
  const properties = [...place, ['title', `${rule}: ${coordinate}`] as const]
    .map(([name, value]) => `${name}=${property(value)}`)
    .join(',');
  return `::${severity} ${properties}::${data(`${message}\nWhy: ${why}\nMend: ${mend}`)}`;
}

/** A line break that is not escaped would end the command, and what follows could be another. */
function data(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(value: string): string {
  return data(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
