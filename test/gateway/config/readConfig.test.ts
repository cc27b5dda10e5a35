import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig, type ReadConfig } from '../../../gateway/config/readConfig.ts';
import { SETTING_FLAGS } from '../../../gateway/config/settingFlags.ts';
import { ConfigError, readFlags } from '../../../gateway/flags.ts';

const KEY = randomBytes(32).toString('base64');
const CANARY = 'hunter2';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-config-'));
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'key'), `${KEY}\n`);
  await writeFile(join(folder, 'short'), CANARY);
  await writeFile(join(folder, 'nothing'), '\n');
  await writeFile(join(folder, 'redisUrl'), `redis://user:${CANARY}@r:6379\n`);
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

interface Given {
  readonly yaml?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

async function read({ yaml, environment = {}, args = [] }: Given): Promise<ReadConfig> {
  const file = yaml === undefined ? null : join(folder, 'given.yaml');
  if (file !== null && yaml !== undefined) await writeFile(file, yaml);
  const flags = readFlags(SETTING_FLAGS, args);
  return readConfig({ flags, environment, file, folder: join(folder, 'empty') });
}

async function problemOf(given: Given): Promise<string> {
  try {
    await read(given);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replaceAll(folder, '');
    throw error;
  }
  return 'nothing was wrong';
}

const origin = (found: string | null): string | null => found?.replace(folder, '') ?? null;

describe('what counts', () => {
  const yaml = 'server: { port: 1 }\n';
  const environment = { SUDARE_SERVER_PORT: '2' };
  const args = ['--port=3'];

  it.each<{ name: string; given: Given; expected: { port: number; origin: string | null } }>([
    { name: 'nothing: the default', given: {}, expected: { port: 4000, origin: null } },
    { name: 'the file', given: { yaml }, expected: { port: 1, origin: '/given.yaml:1' } },
    {
      name: 'the environment over the file',
      given: { yaml, environment },
      expected: { port: 2, origin: 'SUDARE_SERVER_PORT' },
    },
    {
      name: 'a flag over both',
      given: { yaml, environment, args },
      expected: { port: 3, origin: '--port' },
    },
    {
      name: 'an empty variable says nothing',
      given: { yaml, environment: { SUDARE_SERVER_PORT: '' } },
      expected: { port: 1, origin: '/given.yaml:1' },
    },
  ])('$name', async ({ given, expected }) => {
    const { config, originOf } = await read(given);
    expect({ port: config.server.port, origin: origin(originOf(['server', 'port'])) }).toEqual(expected);
  });

  it('mappings are merged key by key, lists are replaced', async () => {
    const { config, originOf } = await read({
      yaml: `subgraphs:
  forwardHeaders: [accept-language]
  byName:
    accounts: { url: http://a/, timeoutMs: 5 }
    jobs: { maxAnswerBytes: 7 }
`,
      environment: { SUDARE_SUBGRAPHS_FORWARD_HEADERS: 'x-a, x-b' },
      args: ['--subgraph-timeout=accounts=6', '--subgraph-http2=jobs'],
    });
    expect(config.subgraphs).toMatchObject({
      forwardHeaders: ['x-a', 'x-b'],
      byName: {
        accounts: { url: 'http://a/', timeoutMs: 6 },
        jobs: { maxAnswerBytes: 7, http2: 'offered' },
      },
    });
    const at = (...path: string[]) => origin(originOf(['subgraphs', 'byName', ...path]));
    expect(at('accounts', 'url')).toBe('/given.yaml:4');
    expect(at('accounts', 'timeoutMs')).toBe('--subgraph-timeout');
    expect(at('jobs', 'http2')).toBe('--subgraph-http2');
  });

  it('names of files in the file start from its folder, those of flags from the working directory', async () => {
    const { config } = await read({
      yaml: 'policy: { file: policy.yaml }\nsupergraph: { file: /s.graphql }\naudit: { file: ../a.ndjson }',
      args: ['--consent-url=http://c', '--consent-mapping=m.yaml'],
    });
    expect(config.policy.file).toBe(join(folder, 'policy.yaml'));
    expect(config.supergraph.file).toBe('/s.graphql');
    expect(config.audit.file).toBe(join(folder, '..', 'a.ndjson'));
    expect(config.consent.mapping).toBe('m.yaml');
  });
});

describe('where the file is', () => {
  const flags = readFlags(SETTING_FLAGS, []);
  const at = (environment: Readonly<Record<string, string>>, file: string | null, from: string) =>
    readConfig({ flags, environment, file, folder: from }).config.server.port;

  it('the one that is named, else the variable’s, else that of the folder', async () => {
    await mkdir(join(folder, 'usual'));
    const named = join(folder, 'named.yaml');
    const variable = join(folder, 'variable.yaml');
    const usual = join(folder, 'usual', 'sudare.yaml');
    for (const [index, file] of [named, variable, usual].entries()) {
      await writeFile(file, `server: { port: ${String(index + 1)} }`);
    }
    expect(at({ SUDARE_CONFIG: variable }, named, join(folder, 'usual'))).toBe(1);
    expect(at({ SUDARE_CONFIG: variable }, null, join(folder, 'usual'))).toBe(2);
    expect(at({}, null, join(folder, 'usual'))).toBe(3);
    expect(at({}, null, join(folder, 'empty'))).toBe(4000);
  });

  it('one that is named and not there is an error, never no settings', () => {
    expect(() => at({}, join(folder, 'nowhere.yaml'), folder)).toThrow(/nowhere\.yaml: expected a sudare/);
    expect(() => at({ SUDARE_CONFIG: join(folder, 'nowhere.yaml') }, null, folder)).toThrow(/ENOENT/);
  });
});

describe('secrets', () => {
  const bytes = Buffer.from(KEY, 'base64');
  it.each<{ name: string; given: () => Given }>([
    { name: 'from the environment', given: () => ({ environment: { SUDARE_CACHE_KEY: KEY } }) },
    {
      name: 'from a file that the environment names',
      given: () => ({ environment: { SUDARE_CACHE_KEY_FILE: join(folder, 'key') } }),
    },
    { name: 'from a file that the file names', given: () => ({ yaml: 'keys: { cache: { file: key } }' }) },
  ])('$name', async ({ given }) => {
    const { config } = await read(given());
    expect(config.keys.cache).toEqual(bytes);
  });

  it.each<{ name: string; given: () => Given }>([
    {
      name: 'a URL from the file',
      given: () => ({ yaml: `redis: { url: 'redis://user:${CANARY}@r:6379' }` }),
    },
    {
      name: 'a URL from a file that it names',
      given: () => ({ yaml: 'redis: { url: { file: redisUrl } }' }),
    },
    {
      name: 'a URL from a file that the environment names',
      given: () => ({ environment: { SUDARE_REDIS_URL_FILE: join(folder, 'redisUrl') } }),
    },
  ])('$name', async ({ given }) => {
    expect((await read(given())).config.redis.url).toBe(`redis://user:${CANARY}@r:6379`);
  });
});

describe('what is wrong', () => {
  it.each<{ name: string; given: () => Given; expected: RegExp }>([
    {
      name: 'a section that is none',
      given: () => ({ yaml: '\nservr: {}' }),
      expected: /^\/given\.yaml:2:1: the key servr is not known here; .* perhaps server$/,
    },
    {
      name: 'a setting that is none',
      given: () => ({ yaml: 'server:\n  prot: 1' }),
      expected: /^\/given\.yaml:2:3: the key prot is not known here; .* perhaps port$/,
    },
    {
      name: 'a setting of one subgraph that is none',
      given: () => ({ yaml: 'subgraphs: { byName: { a: { timeout: 5 } } }' }),
      expected: /:1:29: the key timeout .* perhaps timeoutMs$/,
    },
    {
      name: 'a key that is like none',
      given: () => ({ yaml: 'policy: { zzz: 1 }' }),
      expected: /:1:11: a key is not known here; expected one of: file/,
    },
    {
      name: 'a secret where a key belongs',
      given: () => ({ yaml: `redis:\n  ${CANARY}:` }),
      expected: /^\/given\.yaml:2:3: a key is not known here; expected one of: url/,
    },
    {
      name: 'a secret where the name of a section belongs',
      given: () => ({ yaml: `redis: {}\n${CANARY}: {}` }),
      expected: /^\/given\.yaml:2:1: a key is not known here; expected one of: /,
    },
    {
      name: 'a secret where a name belongs',
      given: () => ({ yaml: `subgraphs: { byName: { ${CANARY}: 5 } }` }),
      expected: /:1:33: subgraphs › byName › … is a number; expected a mapping/,
    },
    {
      name: 'a secret that begins as an alias does',
      given: () => ({ yaml: `redis:\n  url: *${CANARY}` }),
      expected:
        /^\/given\.yaml:2:8: not readable as YAML \(BAD_ALIAS\): .* quote a value that begins with \*$/,
    },
    {
      name: 'a secret that begins as a tag does',
      given: () => ({ yaml: `redis: { url: !${CANARY} }` }),
      expected: /:1:15: not readable as YAML \(TAG_RESOLVE_FAILED\): .* quote a value that begins with !$/,
    },
    {
      name: 'a secret that begins as a block does',
      given: () => ({ yaml: `redis:\n  url: |${CANARY}` }),
      expected: /^\/given\.yaml:2:\d+: not readable as YAML \([A-Z_]+\): /,
    },
    {
      name: 'a secret that begins as a quotation does',
      given: () => ({ yaml: `redis:\n  url: "${CANARY}\\q"` }),
      expected: /^\/given\.yaml:2:\d+: not readable as YAML \(BAD_DQ_ESCAPE\): /,
    },
    {
      name: 'a secret with what is left of a template',
      given: () => ({ yaml: `redis: { url: {{${CANARY}}} }` }),
      expected: /^\/given\.yaml:1:15: redis › url cannot be used; /,
    },
    {
      name: 'two at once, each with its line',
      given: () => ({ yaml: 'server: { port: x }\nplicy: {}' }),
      expected:
        /:1:17: server › port is a string; expected a number from 0 to 65535\n.*:2:1: .* perhaps policy$/,
    },
    {
      name: 'a number that is too high',
      given: () => ({ yaml: 'server: { port: 65536 }' }),
      expected: /:1:17: server › port cannot be used; expected a number from 0 to 65535$/,
    },
    {
      name: 'a word that is none of them',
      given: () => ({ yaml: 'audit: { mode: never }' }),
      expected: /:1:16: audit › mode is not one of the known values; expected required, best-effort$/,
    },
    {
      name: 'a section that is empty',
      given: () => ({ yaml: 'audit:' }),
      expected: /audit is empty; expected a mapping/,
    },
    { name: 'a list', given: () => ({ yaml: '- a' }), expected: /the file is a list; expected a mapping/ },
    { name: 'no YAML', given: () => ({ yaml: 'a: [' }), expected: /:1:\d+: not readable as YAML/ },
    {
      name: 'development, which no file may switch on',
      given: () => ({ yaml: 'server: { dev: true }' }),
      expected: /:1:11: a key is not known here; expected one of: host/,
    },
    {
      name: 'a header that may not be forwarded',
      given: () => ({ yaml: 'subgraphs:\n  forwardHeaders: [x-a, host]' }),
      expected: /:2:25: subgraphs › forwardHeaders › 1 cannot be used; "host": it is about one connection/,
    },
    {
      name: 'a secret in the file itself',
      given: () => ({ yaml: `keys: { caller: ${CANARY} }` }),
      expected: /:1:17: keys › caller is a string; expected `file`, which names a file/,
    },
    {
      name: 'a secret’s file that is not there',
      given: () => ({ yaml: 'keys: { caller: { file: nowhere } }' }),
      expected: /^\/given\.yaml:1: keys\.caller \/nowhere: expected a file that can be read \(ENOENT\)\.$/,
    },
    {
      name: 'a secret’s file that is empty',
      given: () => ({ environment: { SUDARE_AUDIT_KEY_FILE: join(folder, 'nothing') } }),
      expected: /^SUDARE_AUDIT_KEY_FILE \/nothing: expected a secret; the file is empty\.$/,
    },
    {
      name: 'a secret that is too short',
      given: () => ({ environment: { SUDARE_AUDIT_KEY_FILE: join(folder, 'short') } }),
      expected: /^SUDARE_AUDIT_KEY_FILE: expected 32 bytes or more in base64/,
    },
    {
      name: 'a secret that is too short, from a file that the file names',
      given: () => ({ yaml: 'keys:\n  audit: { file: short }' }),
      expected: /^\/given\.yaml:2:10: keys › audit cannot be used; expected 32 bytes or more in base64/,
    },
    {
      name: 'a secret that is said twice',
      given: () => ({ environment: { SUDARE_AUDIT_KEY: KEY, SUDARE_AUDIT_KEY_FILE: join(folder, 'key') } }),
      expected: /^SUDARE_AUDIT_KEY and SUDARE_AUDIT_KEY_FILE both say it/,
    },
    {
      name: 'a variable that is no number',
      given: () => ({ environment: { SUDARE_SERVER_PORT: 'tcp://10.0.0.1:4000' } }),
      expected: /^SUDARE_SERVER_PORT: expected a number from 0 to 65535\.$/,
    },
    {
      name: 'a variable that is neither true nor false',
      given: () => ({ environment: { SUDARE_SUPERGRAPH_UNVERIFIED: 'yes' } }),
      expected: /^SUDARE_SUPERGRAPH_UNVERIFIED: .*expected true or false\.$/,
    },
    {
      name: 'a variable that is misspelt',
      given: () => ({ environment: { SUDARE_CALER_KEY: KEY } }),
      expected: /^SUDARE_CALER_KEY is not known; .* perhaps SUDARE_CALLER_KEY\.$/,
    },
    {
      name: 'settings of one section that need each other',
      given: () => ({ yaml: 'audit: { flushMs: 5 }' }),
      expected: /^--audit-flush needs --audit=best-effort/,
    },
    {
      name: 'a Redis URL that is none',
      given: () => ({ yaml: `redis: { url: 'http://user:${CANARY}@r' }` }),
      expected: /:1:15: redis › url cannot be used; expected a URL that begins with redis/,
    },
    {
      name: 'a Redis URL that is no text',
      given: () => ({ yaml: 'redis: { url: 5 }' }),
      expected: /:1:15: redis › url cannot be used; expected text, or `file`/,
    },
    {
      name: 'a subgraph’s URL that is none',
      given: () => ({ yaml: `subgraphs: { byName: { a: { url: 'ftp://user:${CANARY}@a' } } }` }),
      expected: /:1:34: subgraphs › byName › … › url cannot be used; expected a URL that begins with http/,
    },
  ])('$name', async ({ given, expected }) => {
    const problem = await problemOf(given());
    expect(problem).toMatch(expected);
    expect(problem).not.toContain(CANARY);
  });

  it('is not told of by the YAML library in its own words, which quote keys', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await problemOf({ yaml: `redis: { url: {{${CANARY}}: 1} }` });
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('is nothing in a file that holds comments alone', async () => {
    expect((await read({ yaml: '# server: { port: 1 }\n' })).config.server.port).toBe(4000);
  });

  it.each([
    'SUDARE_TEST_NO_INSTALL',
    'SUDARE_TEST_FOLDER',
    'SUDARE_TEST_SEED',
    'SUDARE_TEST_RUNS',
    'SUDARE_JWKS',
    'SUDARE_SERVER_SERVICE_HOST',
    'SUDARE_REDIS_PORT',
    'PATH',
  ])('is nothing about %s, which is meant for others', async (name) => {
    expect(await problemOf({ environment: { [name]: '1' } })).toBe('nothing was wrong');
  });
});
