import type { RuleFinding } from '../finding.ts';

/** For programs: `{ "findings": [ … ] }`, each as `RuleFinding` has it. */
export function json(findings: readonly RuleFinding[]): string {
  return `${JSON.stringify({ findings }, null, 2)}\n`;
}
