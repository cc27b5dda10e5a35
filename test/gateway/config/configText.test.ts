import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { configText } from '../../../gateway/config/configText.ts';
import { hideSecrets } from '../../../gateway/config/hideSecrets.ts';
import { readConfig } from '../../../gateway/config/readConfig.ts';
import { SETTING_FLAGS, SETTINGS } from '../../../gateway/config/settingFlags.ts';
import { readFlags } from '../../../gateway/flags.ts';

const KEY = randomBytes(32).toString('base64');

const read = readConfig({
  flags: readFlags(SETTING_FLAGS, [
    '--redis-url=redis://user:hunter2@r:6379',
    '--subgraph-url=accounts=http://user:hunter2@a/x?key=hunter2',
    '--port=5',
  ]),
  environment: { SUDARE_CACHE_KEY: KEY, SUDARE_CONSENT_URL: 'https://:hunter2@c/graphql' },
  file: null,
  folder: '/nowhere',
});

describe('sudare config print', () => {
  it('shows each value with what said it', () => {
    const lines = configText(read, 'text', 'production').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        '  host: 127.0.0.1 # default',
        '  port: 5 # --port',
        '  url: redis://***@r:6379 # --redis-url',
        '  url: https://***@c/graphql # SUDARE_CONSENT_URL',
        '      url: http://***@a/x?*** # --subgraph-url',
        '  cache: (hidden) # SUDARE_CACHE_KEY',
        '  caller: null # default',
      ]),
    );
  });

  it.each([
    { mode: 'production', notice: 3, drain: 10 },
    { mode: 'dev', notice: 0, drain: 4 },
  ] as const)('shows what counts where nothing is said, in $mode', ({ mode, notice, drain }) => {
    const lines = configText(read, 'text', mode).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        `  noticeSeconds: ${notice} # default`,
        `  drainSeconds: ${drain} # default`,
        '    client: client_id # default',
        '    actor: /act/sub # default',
        '  form: certificate # default',
      ]),
    );
  });

  it('shows what counts where a part is said', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sudare-config-text-'));
    try {
      const file = join(folder, 'sudare.yaml');
      await writeFile(
        file,
        `server: { noticeSeconds: 7 }
tokens: { claims: { client: azp } }
certificates: { proxies: [10.0.0.1], header: x-cert, clients: { 'CN=a': a } }
`,
      );
      const partly = readConfig({ flags: readFlags(SETTING_FLAGS, []), environment: {}, file });
      expect(configText(partly, 'text', 'dev').split('\n')).toEqual(
        expect.arrayContaining([
          `  noticeSeconds: 7 # ${file}:1`,
          '  drainSeconds: 4 # default',
          `    client: azp # ${file}:2`,
          '    ground: ground # default',
          '  form: text # default',
        ]),
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('shows every setting, as YAML and as JSON', () => {
    const shown: unknown = parse(configText(read, 'text', 'production'));
    for (const { section, key } of SETTINGS) expect(shown).toHaveProperty([section, key]);
    const json: unknown = JSON.parse(configText(read, 'json', 'production'));
    expect(json).toContainEqual({ setting: 'server.port', value: 5, from: '--port' });
  });

  it.each(['text', 'json'] as const)('shows no secret as %s', (format) => {
    const text = configText(read, format, 'production');
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(KEY);
    for (const part of [KEY.slice(0, 12), Buffer.from(KEY, 'base64').join(',').slice(0, 12)]) {
      expect(text).not.toContain(part);
    }
  });
});

describe('hideSecrets', () => {
  it.each([
    ['redis://r:6379/1', 'redis://r:6379/1'],
    ['redis://:hunter2@r:6379/1', 'redis://***@r:6379/1'],
    ['redis://u:hunter2@a,redis://u:hunter2@b', 'redis://***@a,redis://***@b'],
    ['rediss://u:hun,ter2@a, rediss://u:hun,ter2@b', 'rediss://***@a,rediss://***@b'],
    ['redis-sentinel://u:p@a,b:1/0?user=s&password=hunter2#main', 'redis-sentinel://***@a,b:1/0?***#main'],
    ['redis://u:hun@ter2@r', 'redis://***@r'],
    ['http://a/x', 'http://a/x'],
    ['http://a/x?key=hunter2#f', 'http://a/x?***#f'],
    ['http:u:hunter2@a/', 'http://***@a/'],
    ['http:\\\\u:hunter2@a/', 'http://***@a/'],
    [' https://u:hunter2@a/', 'https://***@a/'],
    ['https://login.example', 'https://login.example'],
    ['policy.yaml', 'policy.yaml'],
    ['admin@example', 'admin@example'],
  ])('%s', (given, expected) => {
    expect(hideSecrets(given)).toBe(expected);
    expect(hideSecrets({ a: [given] })).toEqual({ a: [expected] });
  });
});
