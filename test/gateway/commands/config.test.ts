import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDevelopmentConfig, readStartConfig } from '../../../gateway/config/startConfig.ts';
import { DEVELOPMENT_FLAGS } from '../../../gateway/config/settingFlags.ts';
import { ConfigError, readFlags, type Flag } from '../../../gateway/flags.ts';
import { startFile } from '../../demo/startCommand.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-config-command-'));
  await writeFile(
    join(folder, 'sudare.yaml'),
    `supergraph: { file: s.graphql, unverified: true }
policy: { file: policy.yaml }
redis: { url: 'redis://user:hunter2@r:6379' }
server: { port: 4100 }
`,
  );
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: unknown; readonly out: string; readonly err: string }> {
  const command = startFile('gateway/cli.ts', args, environment);
  const code = await command.ended;
  return { code, out: command.standardOutput(), err: command.standardError() };
}

describe('sudare config', { timeout: 60_000 }, () => {
  it('print shows the settings that count, where each came from, and no secret', async () => {
    const file = join(folder, 'sudare.yaml');
    const { code, out } = await run(['config', 'print', '--config', file, '--port=5'], {
      SUDARE_CACHE_KEY: KEY,
    });
    expect(code).toBe(0);
    expect(out).toContain(`# File: ${file}\n`);
    expect(out).toContain(`  file: ${join(folder, 'policy.yaml')} # ${file}:2\n`);
    expect(out).toContain(`  url: redis://***@r:6379 # ${file}:3\n`);
    expect(out).toContain('  port: 5 # --port\n');
    expect(out).toContain('  cache: (hidden) # SUDARE_CACHE_KEY\n');
    expect(out).not.toMatch(/hunter2|BwcHBwc/);
  });

  it('print --dev shows what counts in development', async () => {
    const file = join(folder, 'sudare.yaml');
    const { out } = await run(['config', 'print', '--config', file, '--dev', '--format=json'], {
      SUDARE_CACHE_KEY: KEY,
    });
    expect(JSON.parse(out)).toContainEqual({ setting: 'server.noticeSeconds', value: 0, from: 'default' });
  });

  it('schema prints what is shipped', async () => {
    const { code, out } = await run(['config', 'schema']);
    expect(code).toBe(0);
    expect(out).toBe(await readFile('gateway/config/sudare.schema.json', 'utf8'));
  });

  it.each([
    { name: 'nothing to do', args: [], says: /expected sudare config print or/ },
    { name: 'something else to do', args: ['show'], says: /expected sudare config print or/ },
    { name: 'another format', args: ['print', '--format=xml'], says: /--format: expected text or json/ },
    { name: 'a flag that is misspelt', args: ['print', '--prot=1'], says: /'--prot'\. Perhaps --port\./ },
    {
      name: 'a file that is not there',
      args: ['print', '--config=nowhere.yaml'],
      says: /nowhere\.yaml: expected/,
    },
  ])('says what was expected: $name', async ({ args, says }) => {
    const { code, err } = await run(['config', ...args]);
    expect(code).toBe(2);
    expect(err).toMatch(says);
  });
});

describe('commands that serve', () => {
  const cacheKey = { SUDARE_CACHE_KEY: KEY };

  it('sudare start takes all from ./sudare.yaml, and flags over it', () => {
    const config = readStartConfig(['--dev', '--port=1'], cacheKey, folder);
    expect(config).toMatchObject({
      settingsFile: join(folder, 'sudare.yaml'),
      supergraph: { file: join(folder, 's.graphql'), unverified: true },
      policy: { file: join(folder, 'policy.yaml') },
      server: { port: 1 },
      mode: 'dev',
    });
  });

  it('sudare dev takes the same file, composes what it serves, and serves nothing unstamped', () => {
    const flags = readFlags(DEVELOPMENT_FLAGS, ['--subgraph-timeout=5']);
    const config = readDevelopmentConfig(flags, cacheKey, folder);
    expect(config).toMatchObject({
      mode: 'dev',
      server: { port: 4100 },
      subgraphs: { timeoutMs: 5 },
      supergraph: { unverified: false },
    });
  });

  it('sudare dev has no flags for what it composes and whom it believes', () => {
    const names = DEVELOPMENT_FLAGS.map(({ flag }: Flag) => flag);
    expect(names).toContain('consent-url');
    for (const name of ['supergraph', 'policy', 'unverified', 'jwks', 'dev'])
      expect(names).not.toContain(name);
  });

  it.each<{ name: string; yaml: string; args: readonly string[]; says: string }>([
    {
      name: 'what is missing',
      yaml: 'supergraph: { file: s }',
      args: ['--dev'],
      says: '--policy is missing; expected a policy.yaml. In FILE, --policy is policy.file.',
    },
    {
      name: 'what needs something else',
      yaml: 'supergraph: { file: s }\npolicy: { file: p }\nconsent: { mapping: m }',
      args: ['--dev'],
      says: '--consent-mapping needs --consent-url. In FILE, --consent-mapping is consent.mapping, --consent-url is consent.url.',
    },
    {
      name: 'what does not go with --dev',
      yaml: 'supergraph: { file: s }\npolicy: { file: p }\nserver: { host: 0.0.0.0 }',
      args: ['--dev'],
      says: 'expected --host 127.0.0.1, ::1 or localhost. In FILE, --host is server.host.',
    },
  ])('are told by the names of the file too: $name', async ({ yaml, args, says }) => {
    const file = join(folder, 'given.yaml');
    await writeFile(file, yaml);
    const read = (): unknown => readStartConfig([...args, '--config', file], {});
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(says.replace('FILE', file));
  });
});
