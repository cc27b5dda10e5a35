import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { compose } from '../../directives/compose.ts';
import { loadSubgraphs, type LoadedSubgraphs } from '../../directives/compose/loadSubgraphs.ts';
import { parseSupergraphConfig } from '../../directives/compose/supergraphConfig.ts';
import { DEFAULT_SETTINGS } from '../../directives/ruleSettings.ts';
import { loadPolicy } from '../../policies/loadPolicy.ts';

const CONFIG = 'subgraphs/supergraph.yaml';
const DIRECTIVES = /directive @(?:personal|purpose)\([^)]*\)[^\n]*/g;

let committed = '';
let loaded: LoadedSubgraphs;
beforeAll(async () => {
  committed = await readFile('subgraphs/supergraph.graphql', 'utf8');
  loaded = await loadSubgraphs(parseSupergraphConfig(await readFile(CONFIG, 'utf8'), CONFIG, {}), []);
});

describe('the demo supergraph', () => {
  it('is committed as the schemas compose now, without findings (else: npm run compose:demo)', async () => {
    const policy = await loadPolicy('policies/crowdworks/policy.yaml');
    const { supergraphSdl, findings } = compose({ ...loaded, policy, settings: DEFAULT_SETTINGS });
    expect([...loaded.findings, ...findings]).toEqual([]);
    expect(supergraphSdl).toBe(committed);
  });

  it('keeps the applications of both subgraphs on the field that they share', () => {
    const nickname = committed.split('\n').find((line) => /^ {2}nickname: .*join__field/.test(line)) ?? '';
    expect(nickname).toContain('graph: ACCOUNTS');
    expect(nickname).toContain('graph: INQUIRIES');
    expect(nickname).toContain('@personal(category: "identity.nickname")');
    expect(nickname).toContain('@purpose(deny: ["marketing.recommendation"])');
  });

  it('is composed of subgraphs that define the directives alike, so that no copy loses an argument', () => {
    const definitions = loaded.subgraphs.map(({ sdl }) =>
      (sdl.match(DIRECTIVES) ?? []).map((text) => text.replaceAll(/\s+/g, ' ')),
    );
    expect(definitions[0]).toHaveLength(2);
    expect(definitions[0]?.every((text) => text.includes(') repeatable on '))).toBe(true);
    for (const other of definitions) expect(other).toEqual(definitions[0]);
  });
});
