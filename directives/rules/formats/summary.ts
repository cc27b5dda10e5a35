import type { RuleFinding } from '../finding.ts';

/** `2 errors, 1 warning`, and `no findings` where there are none. */
export function summary(findings: readonly RuleFinding[]): string {
  if (findings.length === 0) return 'no findings';
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return `${counted(errors, 'error')}, ${counted(findings.length - errors, 'warning')}`;
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}
