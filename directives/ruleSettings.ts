import { z } from 'zod';
import { closest } from '../policies/closest.ts';
import { PolicyError } from '../policies/policyError.ts';
import { readYaml } from '../policies/readYaml.ts';
import { RULES } from './rules/registry.ts';
import type { Rule, Severity } from './rules/rule.ts';

/** What a project sets about composition rules (`--rules FILE`). What is not set is as the rule has it. */
export interface RuleSettings {
  readonly severities: ReadonlyMap<string, Severity | 'off'>;
  /** By rule name, as the rule's own schema gave it. */
  readonly options: ReadonlyMap<string, unknown>;
}

/** Every rule as it is. */
export const DEFAULT_SETTINGS: RuleSettings = Object.freeze({ severities: new Map(), options: new Map() });

const severity = z.enum(['error', 'warning', 'off'], { error: 'expected error, warning or off' });

const schema = z.strictObject({
  rules: z.record(
    z.string(),
    z.union([severity, z.strictObject({ severity: severity.optional(), options: z.unknown().optional() })], {
      error: 'expected error, warning, off, or a mapping with severity and options',
    }),
  ),
});

/**
 * Reads settings:
 *
 * ```yaml
 * rules:
 *   no-subject: error
 *   looks-personal: { severity: warning, options: { … } }
 * ```
 *
 * @throws PolicyError with file and line for what is not such YAML, rules that there are not, options that a rule
 * does not take, and severities that may not be changed.
 */
export function readRuleSettings(text: string, file: string): RuleSettings {
  const { data, problemAt } = readYaml(text, file, schema);
  const severities = new Map<string, Severity | 'off'>();
  const options = new Map<string, unknown>();
  const problems = Object.entries(data.rules).flatMap(([name, given]) => {
    const rule = RULES.find((one) => one.name === name);
    if (rule === undefined) return [problemAt(['rules', name], unknownRule(name), 'key')];
    const set = typeof given === 'string' ? { severity: given } : given;
    if (set.severity !== undefined && set.severity !== rule.severity && isFixed(rule)) {
      const why = `${name} is always an ${rule.severity}: what it finds would show personal data or cannot be enforced; expected it to be left out`;
      return [problemAt(['rules', name], why)];
    }
    if (set.severity !== undefined) severities.set(name, set.severity);
    if (!('options' in set) || set.options === undefined) return [];
    const result = rule.options?.safeParse(set.options);
    if (result === undefined) return [problemAt(['rules', name], `${name} takes no options`)];
    if (result.success) options.set(name, result.data);
    return (result.error?.issues ?? []).map(({ path, message }) =>
      problemAt(['rules', name, 'options', ...path], `${path.join(' › ')} cannot be used; ${message}`),
    );
  });
  if (problems.length > 0) throw new PolicyError(problems);
  return { severities, options };
}

/** Whether settings may not change a rule's severity. */
export function isFixed(rule: Rule): boolean {
  return rule.over === 'reading' || rule.setting === 'fixed';
}

function unknownRule(name: string): string {
  const meant = closest(
    name,
    RULES.map((rule) => rule.name),
  );
  return `there is no rule of this name${meant === null ? '; docs/rules.md lists them' : `; perhaps ${meant}`}`;
}
