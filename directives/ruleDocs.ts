import { isFixed } from './ruleSettings.ts';
import { RULES } from './rules/registry.ts';
import type { Rule, RuleExample } from './rules/rule.ts';

/**
 * `docs/rules.md`, generated from the rules themselves so that it cannot be wrong: their examples are run by tests.
 * Write it with `node directives/ruleDocs.ts > docs/rules.md`; a test compares.
 */
export function ruleDocs(): string {
  return `${[INTRODUCTION, index(), ...RULES.map(section)].join('\n\n')}\n`;
}

const INTRODUCTION = `# Rules

<!-- Generated: node directives/ruleDocs.ts > docs/rules.md -->

What \`sudare compose\` and \`sudare check\` look for in annotated schemas. An error keeps a supergraph from being composed; a warning is told, and the supergraph is composed all the same.

Each finding names file, line and column, the coordinate, the rule, why it matters and what to do. \`--format\` gives them as \`text\`, \`json\`, \`sarif\` (2.1.0, for code scanning) or \`github\` (workflow commands).

## Settings

\`--rules FILE\` takes YAML that changes the severity of rules and gives options to those that take some:

\`\`\`yaml
rules:
  no-subject: warning
  without-constant: off
\`\`\`

A name that is no rule is an error. Rules marked *fixed* keep their severity: what they find would show personal data, or the gateway cannot enforce it. In the examples the usual links and definitions ([Annotating a schema](annotating.md)) are left out, unless they are what it is about; categories, purposes and masks are those of the shipped policy.`;

function index(): string {
  const rows = RULES.map((rule) => `- [\`${rule.name}\`](#${rule.name}): ${badge(rule)}`);
  return ['## All rules', '', ...rows].join('\n');
}

function badge(rule: Rule): string {
  return isFixed(rule) ? `${rule.severity}, fixed` : rule.severity;
}

function section(rule: Rule): string {
  const what = `*${badge(rule)}*${rule.over === 'subgraphs' ? ', looked for where subgraphs are given' : ''}`;
  return [
    `## \`${rule.name}\``,
    what,
    rule.why,
    `**Mend:** ${rule.mend}`,
    ...rule.examples.map(example),
  ].join('\n\n');
}

function example({ title, subgraphs, finds, options }: RuleExample): string {
  const heading = finds.length === 0 ? `Right: ${title}` : `Found: ${title}`;
  const blocks = Object.entries(subgraphs).map(([name, sdl]) =>
    [
      `\`\`\`graphql`,
      ...(Object.keys(subgraphs).length > 1 ? [`# ${name}`] : []),
      dedented(sdl),
      `\`\`\``,
    ].join('\n'),
  );
  const given = options === undefined ? [] : [`With the options \`${JSON.stringify(options)}\`.`];
  const names = finds.map((coordinate) => `\`${coordinate}\``).join(', ');
  return [heading, ...given, ...blocks, ...(finds.length === 0 ? [] : [`Finds ${names}.`])].join('\n\n');
}

/** Without the indentation that an example has in its rule's source. */
function dedented(sdl: string): string {
  const lines = sdl.replace(/^\n+|\s+$/g, '').split('\n');
  const depths = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const depth = Math.min(...depths);
  return lines.map((line) => line.slice(depth).trimEnd()).join('\n');
}

if (import.meta.main) process.stdout.write(ruleDocs());
