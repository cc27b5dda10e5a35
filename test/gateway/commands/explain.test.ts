import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { explainCommand } from '../../../gateway/commands/explain.ts';
import { startFile } from '../../demo/startCommand.ts';

const DEMO = [
  '--supergraph=subgraphs/supergraph.graphql',
  '--policy=policies/crowdworks/policy.yaml',
  '--client=mail-campaign',
];

let folder = '';
let page = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-explain-'));
  page = await readFile('docs/explain.md', 'utf8');
  await writeFile(file('campaign'), block(page, 'graphql'));
  await writeFile(file('unknown'), 'query {\n  users { id nope }\n}\n');
  await writeFile(file('unread'), 'query {');
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function file(name: string): string {
  return join(folder, `${name}.graphql`);
}

/** What stands on a page in the first block of a language. */
function block(text: string, language: 'graphql' | 'text'): string {
  return new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1] ?? '';
}

async function run(...args: readonly string[]): Promise<{ code: unknown; out: string; err: string }> {
  const running = startFile('gateway/cli.ts', ['explain', ...args], {});
  const code = await running.ended;
  return { code, out: running.standardOutput(), err: running.standardError() };
}

describe('sudare explain', () => {
  it('prints what docs/explain.md shows, which is GraphQL (put in its place what this prints)', async () => {
    const { code, out, err } = await run(...DEMO, '--operation', file('campaign'));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(block(page, 'text')).toBe(out);
    expect(parse(out).definitions).toHaveLength(1);
  });

  it('prints the same as data, refusals with them', async () => {
    const { code, out } = await run(
      ...DEMO,
      `--operation=${file('campaign')}`,
      '--format=json',
      '--purpose=service.support',
    );
    expect(code).toBe(0);
    expect(z.looseObject({}).parse(JSON.parse(out))).toMatchObject({
      client: 'mail-campaign',
      refusal: { code: 'PURPOSE_CONFLICT', status: 400 },
      fields: [],
      fetches: [],
    });
  });

  it.each([
    {
      name: 'an operation that asks for what is not there',
      args: ['--operation', 'unknown'],
      expected: /unknown\.graphql:2:14: Cannot query field "nope"/,
    },
    {
      name: 'a document that is none',
      args: ['--operation', 'unread'],
      expected: /unread\.graphql:1:8: Syntax Error/,
    },
    {
      name: 'an operation that is not there',
      args: ['--operation', 'campaign', '--operation-name', 'Other'],
      expected: /expected one operation/,
    },
  ])('exits with 1 for $name', async ({ args, expected }) => {
    const [flag = '', name = '', ...rest] = args;
    const { code, out, err } = await run(...DEMO, flag, file(name), ...rest);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(expected);
  });

  it('exits with 2 for wrong flags', async () => {
    const { code, err } = await run(...DEMO);
    expect(code).toBe(2);
    expect(err).toContain('--operation is missing');
  });

  it('has its flags listed in docs/explain.md', () => {
    const inHelp = [...explainCommand.usage.matchAll(/^ {2}(--[a-z-]+(?: [A-Z]+)?)/gm)].map(
      ([, flag]) => flag,
    );
    const inTable = [...page.matchAll(/^\| `(--[^`]+)`/gm)].map(([, flag]) => flag);
    expect(inHelp.length).toBeGreaterThan(5);
    expect(inTable).toEqual(inHelp);
  });
});
