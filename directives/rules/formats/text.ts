import type { RuleFinding } from '../finding.ts';
import { summary } from './summary.ts';

/** For people: a paragraph each, and a last line that counts. */
export function text(findings: readonly RuleFinding[]): string {
  return `${[...findings.map(paragraph), summary(findings)].join('\n\n')}\n`;
}

function paragraph({
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
  const place = file === null ? '' : `${file}:${String(line)}:${String(column)}: `;
  return [`${place}${severity}: ${coordinate} (${rule})`, `  ${message}`, `  Why: ${why}`, `  Mend: ${mend}`]
    .map(printable)
    .join('\n');
}

/** Schemas come from elsewhere: what a string of theirs holds must not steer a terminal. */
function printable(line: string): string {
  // What is looked for is exactly what cannot be seen: C0, DEL, C1 and what turns the direction of writing.
  return line.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
