import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLimits, type OpenedLimits } from '../../../gateway/commands/openLimits.ts';
import { readStartConfig } from '../../../gateway/config/startConfig.ts';
import { LIMITS, limitsOf } from '../../../gateway/limits/limits.ts';

const ARGS = ['--supergraph', 's.graphql', '--policy', 'policy.yaml', '--dev'];
const HELLO = 'query Hello { hello }';

let folder: string;
let manifest: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-limits-'));
  manifest = join(folder, 'manifest.json');
  await writeFile(manifest, JSON.stringify({ h: HELLO }));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

const open = async (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<OpenedLimits> =>
  await openLimits(readStartConfig([...ARGS, ...args], environment), pino({ enabled: false }), () => true);

describe('settings of limits', () => {
  it('are those of the registry where nothing is said', async () => {
    const { serving, reloadables, close } = await open([]);
    expect(serving.limits).toEqual(limitsOf());
    expect(serving).toMatchObject({ operations: null, cors: { origins: [], credentials: 'omitted' } });
    expect(reloadables).toEqual([]);
    close();
  });

  it('are had from the environment', async () => {
    const { serving, close } = await open([], { SUDARE_LIMITS_DEPTH: '7', SUDARE_LIMITS_RATE_REQUESTS: '9' });
    expect(serving.limits).toEqual(limitsOf({ depth: 7, rateRequests: 9 }));
    close();
  });

  it.each(['0', '-1', '1.5', 'none', '99999999999'])('that cannot be are refused: %s', (value) => {
    for (const name of Object.keys(LIMITS)) {
      const variable = `SUDARE_LIMITS_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
      expect(() => readStartConfig(ARGS, { [variable]: value })).toThrow(/expected/);
    }
  });
});

describe('trusted documents', () => {
  it('are enforced unless they are to be tried, and followed', async () => {
    const { serving, reloadables, close } = await open(['--operations', manifest]);
    expect(serving.operations?.mode).toBe('enforce');
    expect(reloadables).toMatchObject([{ what: 'operations', file: manifest }]);
    await reloadables[0]?.replace(JSON.stringify({ n: '{ hello }' }));
    const asked = { query: null, operationName: null, purpose: null };
    expect(serving.operations?.resolve({ ...asked, id: 'n' })).toBe('{ hello }');
    expect(() => serving.operations?.resolve({ ...asked, id: 'h' })).toThrow();
    close();
    const tried = await open(['--operations', manifest, '--operations-mode', 'log']);
    expect(tried.serving.operations?.mode).toBe('log');
    tried.close();
  });

  it.each([
    {
      name: 'a file that is not there',
      args: ['--operations', 'nowhere.json'],
      problem: /nowhere\.json.*ENOENT/,
    },
    {
      name: 'a mode that is none',
      args: ['--operations', 'x.json', '--operations-mode', 'off'],
      problem: /enforce or log/,
    },
    { name: 'a mode of nothing', args: ['--operations-mode', 'log'], problem: /--operations/ },
  ])('are refused for $name', async ({ args, problem }) => {
    await expect((async () => await open(args))()).rejects.toThrow(problem);
  });
});

describe('web pages', () => {
  it('are those of the flags', async () => {
    const { serving, close } = await open([
      '--cors-origin',
      'https://a.example',
      '--cors-origin',
      'http://b.example:81',
    ]);
    expect(serving.cors?.origins).toEqual(['https://a.example', 'http://b.example:81']);
    close();
  });

  it.each(['*', 'a.example', 'https://a.example/'])('may not be all, nor what is no origin: %s', (origin) => {
    expect(() => readStartConfig([...ARGS, '--cors-origin', origin], {})).toThrow(/scheme, host and port/);
  });
});
