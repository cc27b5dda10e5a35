import type { RuleFinding } from '../finding.ts';
import { github } from './github.ts';
import { json } from './json.ts';
import { sarif } from './sarif.ts';
import { text } from './text.ts';

/** What `--format` takes. */
export const FORMATS = ['text', 'json', 'sarif', 'github'] as const;

export type Format = (typeof FORMATS)[number];

const WRITERS: Readonly<Record<Format, (findings: readonly RuleFinding[]) => string>> = Object.freeze({
  text,
  json,
  sarif,
  github,
});

/** Findings as one text that ends with a line break; what it looks like without findings is the format's choice. */
export function formatFindings(findings: readonly RuleFinding[], format: Format): string {
  return WRITERS[format](findings);
}
