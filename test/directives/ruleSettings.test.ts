import { describe, expect, it } from 'vitest';
import { PolicyError } from '../../policies/policyError.ts';
import { ruleDocs } from '../../directives/ruleDocs.ts';
import { DEFAULT_SETTINGS, readRuleSettings } from '../../directives/ruleSettings.ts';

const FILE = 'rules.yaml';

describe('settings of rules', () => {
  it('give severities by name', () => {
    const settings = readRuleSettings(
      'rules:\n  unknown-category: warning\n  unknown-mask: { severity: off }\n  privacy-link: error\n',
      FILE,
    );
    expect(settings.severities).toEqual(
      new Map([
        ['unknown-category', 'warning'],
        ['unknown-mask', 'off'],
        ['privacy-link', 'error'],
      ]),
    );
    expect(settings.options).toEqual(new Map());
  });

  it('are read as docs/rules.md shows them', () => {
    const [, shown = ''] = /```yaml\n([\s\S]*?)```/.exec(ruleDocs()) ?? [];
    expect(readRuleSettings(shown, FILE).severities.size).toBeGreaterThan(1);
  });

  it('change nothing by default', () => {
    expect([...DEFAULT_SETTINGS.severities, ...DEFAULT_SETTINGS.options]).toEqual([]);
  });

  const table = [
    {
      name: 'a rule that there is not, with the one that was meant',
      given: 'rules:\n  unknown-catgory: off\n',
      expected: /^rules.yaml:2:3: .*perhaps unknown-category/,
    },
    {
      name: 'a severity that there is not',
      given: 'rules:\n  unknown-category: none\n',
      expected: /^rules.yaml:2:.*expected error, warning, off/,
    },
    {
      name: 'a rule that reading checks',
      given: 'rules:\n  privacy-link: off\n',
      expected: /^rules.yaml:2:.*privacy-link is always an error/,
    },
    {
      name: 'a rule that guards what is enforced',
      given: 'rules:\n  unknown-mask: off\n  lost-annotation: { severity: warning }\n',
      expected: /^rules.yaml:3:.*lost-annotation is always an error/,
    },
    {
      name: 'options for a rule that takes none',
      given: 'rules:\n  unknown-mask: { options: { strict: true } }\n',
      expected: /^rules.yaml:2:.*unknown-mask takes no options/,
    },
    { name: 'another key', given: 'rule: {}\n', expected: /key rule is not known/ },
    { name: 'no YAML', given: 'rules: [', expected: /not readable as YAML/ },
  ];
  it.each(table)('are refused for $name', ({ given, expected }) => {
    expect(() => readRuleSettings(given, FILE)).toThrow(PolicyError);
    expect(() => readRuleSettings(given, FILE)).toThrow(expected);
  });
});
