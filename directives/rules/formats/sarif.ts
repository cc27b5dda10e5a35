import { pathToFileURL } from 'node:url';
import { isAbsolute } from 'node:path';
import type { RuleFinding } from '../finding.ts';
import { RULES } from '../registry.ts';
import type { Severity } from '../rule.ts';

/** SARIF 2.1.0 (OASIS), as code-scanning services read it: one run, with the help of every rule. */
export function sarif(findings: readonly RuleFinding[]): string {
  const known = RULES.map(({ name, severity, why, mend }) => describe(name, severity, why, mend));
  const names = new Set(known.map(({ id }) => id));
  // What GraphQL and composition say has no rule of ours.
  const foreign = findings
    .filter(({ rule }) => !names.has(rule) && names.add(rule))
    .map(({ rule, severity, why, mend }) => describe(rule, severity, why, mend));
  const rules = [...known, ...foreign];
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Sudare', rules } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => result(finding, rules)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

interface Described {
  readonly id: string;
  readonly shortDescription: Message;
  readonly help: Message;
  readonly defaultConfiguration: { readonly level: Severity };
}

interface Message {
  readonly text: string;
}

function describe(id: string, level: Severity, why: string, mend: string): Described {
  return {
    id,
    shortDescription: { text: why },
    help: { text: `${why}\n\n${mend}` },
    defaultConfiguration: { level },
  };
}

function result(finding: RuleFinding, rules: readonly Described[]): Readonly<Record<string, unknown>> {
  const { rule, severity, coordinate, file, line, column, message, mend } = finding;
  const physical =
    file === null
      ? {}
      : {
          physicalLocation: {
            artifactLocation: { uri: uriOf(file) },
            region: { startLine: line, startColumn: column },
          },
        };
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level: severity,
    message: { text: `${coordinate}: ${message} ${mend}` },
    locations: [{ ...physical, logicalLocations: [{ fullyQualifiedName: coordinate }] }],
  };
}

/** A URL stays one; a relative path is relative to wherever the command ran. */
function uriOf(file: string): string {
  if (/^https?:\/\//i.test(file)) return file;
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file
    .split(/[\\/]/)
    .map((part) => encodeURIComponent(part))
    .join('/');
}
