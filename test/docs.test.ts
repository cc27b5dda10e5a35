import { access, readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkCommand } from '../gateway/commands/check.ts';
import { composeCommand } from '../gateway/commands/compose.ts';
import { devCommand } from '../gateway/commands/dev.ts';
import { configDocs } from '../gateway/config/configDocs.ts';
import { SETTING_FLAGS } from '../gateway/config/settingFlags.ts';
import { ruleDocs } from '../directives/ruleDocs.ts';
import { errorDocs } from '../gateway/errorDocs.ts';
import { loadPolicy } from '../policies/loadPolicy.ts';
import type { Policy } from '../policies/policy.ts';
import { STATIC_DENIALS } from '../policies/decision.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

let pages: ReadonlyMap<string, string> = new Map();
let policy: Policy;
beforeAll(async () => {
  const docs = (await readdir(join(root, 'docs'))).map((name) => join('docs', name));
  const names = ['README.md', 'CHANGELOG.md', ...docs.filter((name) => name.endsWith('.md'))];
  pages = new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(root, name), 'utf8')] as const)),
  );
  policy = await loadPolicy(join(root, 'policies/crowdworks/policy.yaml'));
});

const page = (name: string): string => pages.get(name) ?? '';

describe('the documentation', () => {
  it('links to what is there', async () => {
    for (const [name, text] of pages) {
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)) {
        await expect(
          access(join(root, dirname(name), target)),
          `${name}: ${target}`,
        ).resolves.toBeUndefined();
      }
    }
  });

  it('can be found from its index', () => {
    const index = page('docs/README.md');
    const found = [...index.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, target]) => `docs/${String(target)}`);
    const all = [...pages.keys()].filter((name) => name.startsWith('docs/') && name !== 'docs/README.md');
    expect(new Set(found)).toEqual(new Set(all));
  });

  it('shows GraphQL that parses', () => {
    const blocks = [...pages.values()].flatMap((text) => [...text.matchAll(/```graphql\n([\s\S]*?)```/g)]);
    expect(blocks.length).toBeGreaterThan(4);
    for (const [, graphql = ''] of blocks) expect(() => parse(graphql), graphql).not.toThrow();
  });

  it('names categories and purposes that the policy has', () => {
    // What rules find is wrong on purpose; test/directives/rules.test.ts sees to the rest of their examples.
    const texts = [...pages].filter(([name]) => name !== 'docs/rules.md').map(([, text]) => text);
    const named = texts.flatMap((text) => [
      ...[...text.matchAll(/(category|purpose): "([\w.]+)"/g)].map(([, kind, key]) => ({ kind, key })),
      ...[...text.matchAll(/x-(purpose): ([\w.]+)/g)].map(([, kind, key]) => ({ kind, key })),
      ...[...text.matchAll(/(?:allow|deny): \["([\w.]+)"\]/g)].map(([, key]) => ({ kind: 'purpose', key })),
    ]);
    const known = { category: policy.categories, purpose: policy.purposes };
    expect(named.length).toBeGreaterThan(10);
    for (const { kind, key = '' } of named.filter((each) => each.key !== 'none')) {
      expect([...known[kind === 'category' ? 'category' : 'purpose'].keys()]).toContain(key);
    }
  });

  it('asks as clients that the policy registers', () => {
    const clients = [...pages.values()].flatMap((text) => [
      ...text.matchAll(/(?:x-client-id: |docker:token -- )([a-z-]+)/g),
    ]);
    expect(clients.length).toBeGreaterThan(2);
    for (const [, client = ''] of clients) expect([...policy.clients.keys()]).toContain(client);
  });

  it('explains every reason that a client may be told', () => {
    for (const reason of [...STATIC_DENIALS, 'NOT_PERMITTED', 'MASKED']) {
      expect(page('docs/calling.md')).toContain(`\`${reason}\``);
    }
  });

  it('lists the errors that there are (write it with: node gateway/errorDocs.ts > docs/errors.md)', () => {
    expect(page('docs/errors.md')).toBe(errorDocs());
  });

  it('lists the settings that there are (write it with: node gateway/config/writeReference.ts)', () => {
    expect(page('docs/configuration.md')).toBe(configDocs());
  });

  it('lists the rules that there are (write it with: node directives/ruleDocs.ts > docs/rules.md)', () => {
    expect(page('docs/rules.md')).toBe(ruleDocs());
  });
});

describe('the page on composing', () => {
  it.each([
    { name: 'compose', ...composeCommand },
    { name: 'check', ...checkCommand },
    { name: 'dev', ...devCommand },
  ])('names the flags of sudare $name', ({ usage }) => {
    const settings = SETTING_FLAGS.map(({ flag }) => `--${flag}`).filter((flag) => flag !== '--policy');
    const flags = [...usage.matchAll(/^ {2}(--[a-z\d-]+)/gm)]
      .map(([, flag = '']) => flag)
      .filter((flag) => flag === '--supergraph' || !settings.includes(flag));
    expect(flags.length).toBeGreaterThan(4);
    for (const flag of flags) expect(page('docs/composing.md')).toMatch(new RegExp(`\`${flag}[ \`]`));
  });
});

describe('the README', () => {
  it('has the two commands, each in a block of its own', () => {
    for (const command of ['npm ci && npm start', 'npm ci && npm test']) {
      expect(page('README.md')).toContain(`\`\`\`sh\n${command}\n\`\`\``);
    }
  });
});
