import type { DocumentNode } from 'graphql';
import type { Policy } from '../policies/policy.ts';
import { closeSupergraph } from './closedSupergraph.ts';
import { DirectiveError } from './directiveError.ts';
import type { Finding } from './directiveError.ts';
import { createLocator } from './locate.ts';
import { NotASupergraphError } from './notASupergraphError.ts';
import type { RuleFinding } from './rules/finding.ts';
import { RULES } from './rules/registry.ts';
import type { CheckedSupergraph, Rule, Violation } from './rules/rule.ts';
import type { RuleSettings } from './ruleSettings.ts';
import type { SubgraphSource } from './subgraphSource.ts';
import { indexDocument, parseSupergraph } from './supergraphIndex.ts';

/** What is checked. */
export interface CheckInput {
  /** `null` where the subgraphs do not compose: then what can be said of them alone is said. */
  readonly supergraph: { readonly sdl: string; readonly file: string | null } | null;
  /** Empty where a supergraph alone is checked. */
  readonly subgraphs: readonly SubgraphSource[];
  readonly policy: Policy;
  readonly settings: RuleSettings;
}

/**
 * Runs every composition rule over a supergraph and the subgraphs that it was composed of, and says where each
 * finding stands. Sorted by file, line and column.
 *
 * The annotations need not be right: what cannot be understood becomes a finding, and the rules look at the rest.
 */
export function checkSupergraph(input: CheckInput): readonly RuleFinding[] {
  const { supergraph, subgraphs } = input;
  const read = supergraph === null ? NOTHING_READ : readClosed(supergraph.sdl, input);
  const locate = createLocator(
    read.document === null ? null : { document: read.document, file: supergraph?.file ?? null },
    subgraphs,
  );
  const findings = RULES.flatMap((rule): readonly RuleFinding[] => {
    const severity =
      rule.over === 'reading' ? 'error' : (input.settings.severities.get(rule.name) ?? rule.severity);
    if (severity === 'off') return [];
    return [...violationsOf(rule, input, read)].map((violation) => ({
      rule: rule.name,
      severity,
      coordinate: violation.coordinate,
      ...locate(violation),
      message: violation.message,
      why: rule.why,
      mend: violation.mend ?? rule.mend,
    }));
  });
  const unread = [
    ...read.notASupergraph,
    ...read.complaints
      .filter(({ rule }) => rule === 'composition')
      .map(({ coordinate, message }) => `${coordinate}: ${message}`),
  ].map((message) => notASupergraph(supergraph?.file ?? null, message));
  return unique([...findings, ...unread]).toSorted(byPlace);
}

interface Read {
  readonly document: DocumentNode | null;
  readonly checked: CheckedSupergraph | null;
  /** What could not be understood of the annotations. */
  readonly complaints: readonly Finding[];
  /** Why the supergraph is none; empty or one message. */
  readonly notASupergraph: readonly string[];
}

const NOTHING_READ: Read = Object.freeze({
  document: null,
  checked: null,
  complaints: [],
  notASupergraph: [],
});

function readClosed(sdl: string, { policy, subgraphs }: CheckInput): Read {
  const complaints: Finding[] = [];
  let document: DocumentNode | null = null;
  try {
    document = parseSupergraph(sdl, 'with positions');
    const checked = { ...closeSupergraph(indexDocument(document), complaints), policy, subgraphs };
    return { document, checked, complaints, notASupergraph: [] };
  } catch (error) {
    if (error instanceof NotASupergraphError)
      return { ...NOTHING_READ, document, complaints, notASupergraph: [error.message] };
    if (!(error instanceof DirectiveError)) throw error;
    return { ...NOTHING_READ, document, complaints: [...complaints, ...error.findings] };
  }
}

function violationsOf(
  rule: Rule,
  { supergraph, subgraphs, policy, settings }: CheckInput,
  { checked, complaints }: Read,
): Iterable<Violation> {
  const options = settings.options.get(rule.name);
  switch (rule.over) {
    case 'subgraphs':
      return rule.check(subgraphs, policy, options);
    case 'supergraph':
      return checked === null ? [] : rule.check(checked, options);
    case 'reading':
      if (supergraph === null) return rule.beforeComposing?.(subgraphs) ?? [];
      return complaints
        .filter((finding) => finding.rule === rule.name)
        .map(({ coordinate, message, node }) => ({ coordinate, message, node }));
  }
}

function notASupergraph(file: string | null, message: string): RuleFinding {
  return {
    rule: 'composition',
    severity: 'error',
    coordinate: 'schema',
    file,
    line: 1,
    column: 1,
    message,
    why: 'Only a composed supergraph tells what the gateway would serve.',
    mend: 'Compose the subgraphs first.',
  };
}

/** The same finding from two copies of a definition, told once. */
function unique(findings: readonly RuleFinding[]): readonly RuleFinding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

function byPlace(a: RuleFinding, b: RuleFinding): number {
  const file = Number((a.file ?? '') > (b.file ?? '')) - Number((a.file ?? '') < (b.file ?? ''));
  return file || a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : 1);
}
