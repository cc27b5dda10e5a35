import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { composeSupergraph, SUBGRAPH_PORTS, SUPERGRAPH_FILE } from '../../subgraphs/composeSupergraph.ts';

const DIRECTIVES = /directive @(?:personal|purpose)\([^)]*\)[^\n]*/g;

describe('the demo supergraph', () => {
  it('is committed as the schemas compose now (else: npm run compose:demo)', async () => {
    const committed = await readFile(SUPERGRAPH_FILE, 'utf8');
    expect(await composeSupergraph()).toBe(committed);
  });

  it('keeps the applications of both subgraphs on the field that they share', async () => {
    const committed = await readFile(SUPERGRAPH_FILE, 'utf8');
    const nickname = committed.split('\n').find((line) => /^ {2}nickname: .*join__field/.test(line)) ?? '';
    expect(nickname).toContain('graph: ACCOUNTS');
    expect(nickname).toContain('graph: INQUIRIES');
    expect(nickname).toContain('@personal(category: "identity.nickname")');
    expect(nickname).toContain('@purpose(deny: ["marketing.recommendation"])');
  });

  it('is composed of subgraphs that define the directives alike, so that no copy loses an argument', async () => {
    const definitions = await Promise.all(
      [...SUBGRAPH_PORTS.keys()].map(async (name) => {
        const schema = await readFile(
          new URL(`../../subgraphs/${name}/schema.graphql`, import.meta.url),
          'utf8',
        );
        return (schema.match(DIRECTIVES) ?? []).map((text) => text.replaceAll(/\s+/g, ' '));
      }),
    );
    expect(definitions[0]).toHaveLength(2);
    expect(definitions[0]?.every((text) => text.includes(') repeatable on '))).toBe(true);
    for (const other of definitions) expect(other).toEqual(definitions[0]);
  });
});
