import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join, sep } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { importGraph } from './architecture/importGraph.ts';
import type { Sources } from './architecture/importGraph.ts';
import { MAX_LINES, RULES } from './architecture/rules.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What may stand at the top: the prescribed layout, then the configuration of tools. */
const TOP_LEVEL = `
  gateway directives subgraphs policies test bench docs .ci
  README.md LICENSE CHANGELOG.md SECURITY.md package.json package-lock.json docker-compose.yml Dockerfile
  tsconfig.json tsconfig.build.json vitest.config.ts drizzle.config.ts
  .dockerignore .editorconfig .gitattributes .gitignore .npmrc .oxlintrc.json .prettierignore .prettierrc.json
`.split(/\s+/);

const long = (lines: number): string => 'x;\n'.repeat(lines);

/**
 * One small graph a rule, each with the violations that the rule exists for and near misses. (The quotes of the
 * dynamic import are apart from its parenthesis so that this file does not itself seem to import it.)
 */
const violations = [
  {
    name: 'imports resolve to a file',
    given: { 'gateway/a.ts': `import { b } from './b.ts';` },
    expected: ['gateway/a.ts imports gateway/b.ts, which does not exist'],
  },
  {
    name: 'imports point one way: gateway → directives → policies',
    given: {
      'gateway/a.ts': `import { d } from '../directives/d.ts';`,
      'directives/d.ts': `import type { P } from '../policies/p.ts';`,
      'policies/p.ts': `import type {\n  A,\n} from '../gateway/a.ts';`,
      'subgraphs/s.ts': ['const a = await import(', `'../gateway/a.ts'`, ');'].join(''),
      'subgraphs/t.ts': `export { c } from '../policies/consent/c.ts';\nexport { p } from '../policies/p.ts';`,
      'policies/consent/c.ts': '',
      'test/x.test.ts': `import '../gateway/a.ts';`,
    },
    expected: [
      'policies/p.ts imports gateway/a.ts',
      'subgraphs/s.ts imports gateway/a.ts',
      'subgraphs/t.ts imports policies/p.ts',
    ],
  },
  {
    name: 'a subgraph imports its own folder and what all subgraphs share',
    given: {
      'subgraphs/jobs/a.ts': `import '../accounts/b.ts';\nimport './c.ts';\nimport '../shared.ts';`,
      'subgraphs/accounts/b.ts': '',
      'subgraphs/jobs/c.ts': '',
      'subgraphs/shared.ts': `import './jobs/c.ts';`,
    },
    expected: ['subgraphs/jobs/a.ts imports subgraphs/accounts/b.ts'],
  },
  {
    name: 'policies know neither GraphQL nor Apollo',
    given: {
      'policies/a.ts': `import { parse } from 'graphql';\nimport { z } from 'zod';`,
      'policies/b.ts': `import type { X } from '@apollo/server/plugin';`,
      'gateway/c.ts': `import { parse } from 'graphql';`,
    },
    expected: ['policies/a.ts imports graphql', 'policies/b.ts imports @apollo/server'],
  },
  {
    name: 'no import cycles',
    given: {
      'gateway/a.ts': `import './b.ts';`,
      'gateway/b.ts': `import type { C } from './c.ts';`,
      'gateway/c.ts': `export * from './a.ts';`,
    },
    expected: ['gateway/a.ts → gateway/b.ts → gateway/c.ts → gateway/a.ts'],
  },
  {
    name: `no source file has more than ${String(MAX_LINES)} lines`,
    given: {
      'gateway/long.ts': long(MAX_LINES + 1),
      'gateway/full.ts': long(MAX_LINES),
      'test/long.test.ts': long(MAX_LINES + 1),
      'subgraphs/consent/migrations/0.ts': long(MAX_LINES + 1),
    },
    expected: [`gateway/long.ts has ${String(MAX_LINES + 1)} lines`],
  },
  {
    name: 'no file is called utils, helpers, types or common',
    given: {
      'gateway/utils.ts': '',
      'policies/common/a.ts': '',
      'test/helpers.test.ts': '',
      'directives/fieldTypes.ts': '',
    },
    expected: ['gateway/utils.ts', 'policies/common/a.ts', 'test/helpers.test.ts'],
  },
  {
    name: 'no default exports',
    given: {
      'gateway/a.ts': 'export default 1;',
      'gateway/b.ts': 'const b = 1;\nexport { b as default };',
      'vitest.config.ts': 'export default {};',
      'gateway/c.ts': '// export default is not used here\n',
    },
    expected: ['gateway/a.ts', 'gateway/b.ts'],
  },
];

describe('the rules themselves', () => {
  it('have a violation to find each', () => {
    expect(violations.map(({ name }) => name)).toEqual(RULES.map(({ name }) => name));
  });

  it.each(violations)('$name', ({ name, given, expected }) => {
    const rule = RULES.find((one) => one.name === name);
    expect(rule?.violations(new Map(Object.entries(given)))).toEqual(expected);
  });
});

describe('the repository', () => {
  let sources: Sources = new Map();
  beforeAll(async () => {
    sources = await readSources();
  });

  it('is read: the entries of all layers are there and import something', () => {
    const graph = importGraph(sources);
    for (const file of ['gateway/request.ts', 'directives/fieldRules.ts', 'policies/decide.ts']) {
      expect(graph.get(file)?.files.size, file).toBeGreaterThan(0);
    }
  });

  it.each(RULES)('$name', ({ violations: check }) => {
    expect(check(sources)).toEqual([]);
  });

  it('holds only the prescribed layout and tool configuration at its top', async () => {
    const ignored = (await readFile(join(root, '.gitignore'), 'utf8'))
      .split('\n')
      .map((line) => line.replace(/\/$/, ''));
    const unexpected = (await readdir(root)).filter(
      (name) => name !== '.git' && !ignored.includes(name) && !TOP_LEVEL.includes(name),
    );
    expect(unexpected).toEqual([]);
  });
});

async function readSources(): Promise<Sources> {
  const sources = new Map<string, string>();
  for (const folder of ['gateway', 'directives', 'policies', 'subgraphs', 'test', 'bench']) {
    // `bench` is prescribed, and not there before there is something to measure.
    const names = existsSync(join(root, folder))
      ? await readdir(join(root, folder), { recursive: true })
      : [];
    // The packages that `bench` compares with are installed in it.
    const own = names.filter((each) => each.endsWith('.ts') && !each.split(sep).includes('node_modules'));
    for (const name of own.toSorted()) {
      const path = join(folder, name);
      sources.set(path.split(sep).join('/'), await readFile(join(root, path), 'utf8'));
    }
  }
  return sources;
}
