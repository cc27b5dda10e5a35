import { readdir } from 'node:fs/promises';
import { composeServices } from '@apollo/composition';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkSupergraph } from '../../directives/checkSupergraph.ts';
import { DEFAULT_SETTINGS } from '../../directives/ruleSettings.ts';
import type { RuleFinding } from '../../directives/rules/finding.ts';
import { RULES } from '../../directives/rules/registry.ts';
import type { Rule, RuleExample } from '../../directives/rules/rule.ts';
import { PRIVACY_LINK_SDL } from '../../directives/spec.ts';
import { readSubgraph } from '../../directives/subgraphSource.ts';
import type { SubgraphSource } from '../../directives/subgraphSource.ts';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import type { Policy } from '../../policies/policy.ts';
import { FEDERATION } from './composed.ts';

let policy: Policy;
beforeAll(async () => {
  policy = await loadPolicy('policies/crowdworks/policy.yaml');
});

/** The example's subgraphs; the usual links stand in a file of their own, so that lines count from the example's. */
function sources({ subgraphs, links }: RuleExample): readonly SubgraphSource[] {
  const usual = links === 'bare' ? [] : [{ file: 'links.graphql', sdl: `${FEDERATION}${PRIVACY_LINK_SDL}` }];
  return Object.entries(subgraphs).map(([name, sdl]) =>
    readSubgraph(name, `http://127.0.0.1/${name}`, [...usual, { file: `${name}.graphql`, sdl }]),
  );
}

/** All that is found in an example; rules over subgraphs need no supergraph, the others need one. */
function check(rule: Rule, example: RuleExample): readonly RuleFinding[] {
  const subgraphs = sources(example);
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map(({ name, url, document }) => ({ name, url, typeDefs: document })),
  );
  if (supergraphSdl === undefined && rule.over !== 'subgraphs') {
    throw new Error(`Does not compose: ${(errors ?? []).map(({ message }) => message).join('\n')}`);
  }
  const supergraph = supergraphSdl === undefined ? null : { sdl: supergraphSdl, file: 'supergraph.graphql' };
  const options = new Map([[rule.name, example.options]]);
  return checkSupergraph({ supergraph, subgraphs, policy, settings: { ...DEFAULT_SETTINGS, options } });
}

const examples = RULES.flatMap((rule) =>
  rule.examples.map((example) => ({ name: `${rule.name}: ${example.title}`, rule, example })),
);

describe('the examples of the rules', () => {
  it.each(examples)('$name', ({ rule, example }) => {
    const found = check(rule, example).filter((finding) => finding.rule === rule.name);
    expect(found.map(({ coordinate }) => coordinate)).toEqual(example.finds);
    for (const { file, line, column, message, why, mend } of found) {
      expect(file).toMatch(/^(?:links|supergraph|\w+)\.graphql$/);
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
      expect([message, why, mend].every((text) => /[.)]$/.test(text))).toBe(true);
    }
  });

  it.each(examples.filter(({ example }) => example.finds.length === 0))(
    '$name, where no other rule finds an error either',
    ({ rule, example }) => {
      const found = check(rule, example).filter(({ severity }) => severity === 'error');
      expect(found.map(({ rule: name, coordinate }) => `${name} ${coordinate}`)).toEqual([]);
    },
  );

  it.each(RULES)('of $name: one that it finds and one that it does not', ({ examples: own }) => {
    expect(own.some(({ finds }) => finds.length > 0)).toBe(true);
    expect(own.some(({ finds }) => finds.length === 0)).toBe(true);
  });
});

describe('the registry', () => {
  it('has each rule once', () => {
    const names = RULES.map(({ name }) => name);
    expect([...new Set(names)]).toEqual(names);
  });

  it('lists every rule of the folder, each named after its file', async () => {
    const folder = new URL('../../directives/rules/', import.meta.url);
    const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && file !== 'registry.ts');
    const found = await Promise.all(
      files.map(async (file) => {
        const module: unknown = await import(new URL(file, folder).href);
        const name = file.replace('.ts', '');
        return Object.entries(module ?? {}).flatMap(([exported, value]) =>
          isRule(value) ? [{ exported, name: value.name, file: name }] : [],
        );
      }),
    );
    const rules = found.flat();
    expect(rules.map(({ name }) => name).sort()).toEqual(RULES.map(({ name }) => name).sort());
    for (const { exported, name, file } of rules) {
      expect(exported).toBe(file);
      expect(name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())).toBe(file);
    }
  });
});

function isRule(value: unknown): value is Rule {
  return typeof value === 'object' && value !== null && 'examples' in value && 'over' in value;
}
