import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldRules } from '../../../directives/fieldRules.ts';
import { isStamped } from '../../../gateway/stamp.ts';
import { startFile } from '../../demo/startCommand.ts';

const POLICY = ['--policy', 'policies/crowdworks/policy.yaml'];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-compose-'));
  await writeFile(
    join(folder, 'supergraph.yaml'),
    `federation_version: 2
subgraphs:
  accounts:
    routing_url: http://127.0.0.1:\${env.ACCOUNTS_PORT:-4001}/graphql
    schema: { file: ./accounts.graphql }
`,
  );
  await writeFile(
    join(folder, 'accounts.graphql'),
    'type Query { me: User }\ntype User { id: ID! email: String plan: String }\n',
  );
  await writeFile(
    join(folder, 'overlay.graphql'),
    'extend type User @personal(subject: ["id"]) {\n  email: String @personal(category: "contact.email")\n}\n',
  );
  await writeFile(
    join(folder, 'wrong.graphql'),
    'extend type User @personal(subject: ["id"]) {\n  email: String @personal(category: "contact.emial")\n}\n',
  );
  await writeFile(join(folder, 'rules.yaml'), 'rules: { looks-personal: error }\n');
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number | NodeJS.Signals;
  readonly out: string;
  readonly err: string;
}

async function run(command: string, args: readonly string[], environment = {}): Promise<Ran> {
  const running = startFile('gateway/cli.ts', [command, ...args], environment);
  const code = await running.ended;
  return { code, out: running.standardOutput(), err: running.standardError() };
}

const config = (): readonly string[] => ['--config', join(folder, 'supergraph.yaml'), ...POLICY];

describe('sudare compose', () => {
  it('writes a stamped supergraph, and keeps it where a later one has errors', async () => {
    const output = join(folder, 'supergraph.graphql');
    const good = await run(
      'compose',
      [...config(), '--overlay', join(folder, 'overlay.graphql'), '--output', output],
      { ACCOUNTS_PORT: '4101' },
    );
    expect(good).toMatchObject({ code: 0, out: '' });
    const sdl = await readFile(output, 'utf8');
    expect(isStamped(sdl)).toBe(true);
    expect(sdl).toContain('url: "http://127.0.0.1:4101/graphql"');
    expect(fieldRules(sdl).field('User', 'email')?.categories).toEqual(['contact.email']);

    const overlay = join(folder, 'wrong.graphql');
    const bad = await run('compose', [...config(), '--overlay', `accounts=${overlay}`, '--output', output]);
    expect(bad).toMatchObject({ code: 1, out: '' });
    expect(bad.err).toContain(`${overlay}:2:17: error: User.email (unknown-category)`);
    expect(await readFile(output, 'utf8')).toBe(sdl);
  });

  it('writes to standard output, and findings to standard error', async () => {
    const { code, out, err } = await run('compose', [...config(), '--format', 'github']);
    expect(code).toBe(0);
    expect(isStamped(out)).toBe(true);
    // An e-mail address that nobody annotated.
    expect(err).toMatch(/^::warning file=.*accounts\.graphql,line=2,.*User\.email/m);
  });

  it('takes the settings of rules', async () => {
    const { code, out, err } = await run('compose', [...config(), '--rules', join(folder, 'rules.yaml')]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('error: User.email (looks-personal)');
  });

  const rows: readonly { name: string; given: () => readonly string[]; expected: Ran }[] = [
    {
      name: 'without a supergraph.yaml',
      given: () => POLICY,
      expected: {
        code: 2,
        out: '',
        err: 'sudare compose: --config is missing; expected a supergraph.yaml.\n',
      },
    },
    {
      name: 'with a format that there is not',
      given: () => [...config(), '--format', 'xml'],
      expected: {
        code: 2,
        out: '',
        err: 'sudare compose: --format xml: expected text, json, sarif, github.\n',
      },
    },
  ];
  it.each(rows)('says what was expected $name', async ({ given, expected }) => {
    expect(await run('compose', given())).toEqual(expected);
  });
});

describe('sudare check', () => {
  it('finds over subgraphs, and writes no supergraph', async () => {
    const overlay = ['--overlay', join(folder, 'wrong.graphql')];
    const { code, out } = await run('check', [...config(), ...overlay, '--format', 'json']);
    expect(code).toBe(1);
    const found = {
      rule: 'unknown-category',
      coordinate: 'User.email',
      file: join(folder, 'wrong.graphql'),
      line: 2,
    };
    const findings: unknown = expect.arrayContaining([expect.objectContaining(found)]);
    expect(JSON.parse(out)).toMatchObject({ findings });
  });

  it('finds over a supergraph', async () => {
    const file = join(folder, 'composed.graphql');
    const demo = await readFile('subgraphs/supergraph.graphql', 'utf8');
    await writeFile(file, demo.replace('"contact.email"', '"contact.emial"'));
    const { code, out } = await run('check', ['--supergraph', file, ...POLICY]);
    expect(code).toBe(1);
    expect(out).toMatch(/composed\.graphql:\d+:\d+: error: .* \(unknown-category\)/);
  });

  it('says that nothing was found, with exit code 0', async () => {
    const { code } = await run('check', ['--supergraph', 'subgraphs/supergraph.graphql', ...POLICY]);
    expect(code).toBe(0);
  });

  it('tells a policy and a configuration that cannot be used as findings', async () => {
    const policy = join(folder, 'policy.yaml');
    await writeFile(policy, 'name: x\n');
    const config = `--config=${join(folder, 'none.yaml')}`;
    const { code, out } = await run('check', [config, '--policy', policy, '--format', 'github']);
    expect(code).toBe(1);
    expect(out).toMatch(/^::error file=.*policy\.yaml,line=1,/m);
  });
});
