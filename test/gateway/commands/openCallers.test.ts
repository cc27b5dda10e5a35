import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openCallers, type OpenedCallers } from '../../../gateway/commands/openCallers.ts';
import type { ServingConfig } from '../../../gateway/config/servingConfig.ts';
import { readStartConfig } from '../../../gateway/config/startConfig.ts';
import type { Log } from '../../../gateway/log.ts';
import { startJwksServer, type JwksServer } from '../../policies/keys/jwksServer.ts';
import { testKey, type TestKey } from '../../policies/keys/testKeys.ts';

const FILES = ['--supergraph', 's.graphql', '--policy', 'policy.yaml'];
const ISSUED = ['--jwt-issuer', 'https://id.example', '--jwt-audience', 'sudare'];
const REFUSED = 'UNAUTHENTICATED';

let folder: string;
let key: TestKey;
let next: TestKey;
let server: JwksServer;
let logged: string[];
const opened: OpenedCallers[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-callers-'));
  key = await testKey('ES256', 'one');
  next = await testKey('ES256', 'two');
  server = await startJwksServer({ keys: [key.jwk] });
});
afterEach(() => {
  for (const callers of opened.splice(0)) callers.close();
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const open = async (
  args: readonly string[],
  changes: Partial<ServingConfig> = {},
): Promise<OpenedCallers> => {
  logged = [];
  const say = (event: string, error: unknown): void => void logged.push(`${event}: ${String(error)}`);
  const log: Log = { subgraphError: () => undefined, failure: say, refused: say, info: () => undefined };
  const callers = await openCallers({ ...readStartConfig([...FILES, ...args], {}, folder), ...changes }, log);
  opened.push(callers);
  return callers;
};
const token = async (by: TestKey, client = 'support-desk', more: object = {}): Promise<string> =>
  await by.sign({
    client_id: client,
    iss: 'https://id.example',
    aud: 'sudare',
    exp: Math.floor(Date.now() / 1000) + 300,
    ...more,
  });
const bearer = async (by: TestKey, more: object = {}): Promise<Record<string, string>> => ({
  authorization: `Bearer ${await token(by, 'support-desk', more)}`,
});
const who = async (
  { identify }: OpenedCallers,
  headers: Readonly<Record<string, string>>,
  peer = '127.0.0.1',
): Promise<unknown> =>
  await identify(new Map(Object.entries(headers)), peer).then(
    ({ client }) => client,
    (error: unknown) => (error instanceof Error && 'extensions' in error ? REFUSED : error),
  );

const everything = { 'x-client-id': 'legal', 'client-cert': ':AAAA:', 'x-client-cert-subject': 'CN=legal' };

describe('in production', () => {
  it('without a verifier nothing is served', async () => {
    expect(() => readStartConfig(FILES, {}, folder)).toThrow(/^Nobody could be identified/);
    // Should the settings ever be taken.
    const development = readStartConfig([...FILES, '--dev'], {}, folder);
    await expect(open(['--dev'], { ...development, mode: 'production' })).rejects.toThrow(
      /^Nobody could be identified/,
    );
  });

  it('headers that anybody can send name nobody', async () => {
    const callers = await open(['--jwks-url', server.url, ...ISSUED]);
    expect(await who(callers, everything)).toBe(REFUSED);
    expect(await who(callers, { ...everything, ...(await bearer(key)) })).toBe('support-desk');
  });

  it('a key file is followed', async () => {
    const file = join(folder, 'jwks.json');
    await writeFile(file, JSON.stringify({ keys: [key.jwk] }));
    const callers = await open(['--jwks', file, ...ISSUED]);
    const [reloadable] = callers.reloadables;
    expect(reloadable).toMatchObject({ what: 'token-keys', file });
    const old = await bearer(key);
    expect(await who(callers, old)).toBe('support-desk');
    expect(() => reloadable?.replace('{"keys":[]}')).toThrow(/jwks\.json: expected/);
    expect(await who(callers, old)).toBe('support-desk');
    await reloadable?.replace(JSON.stringify({ keys: [next.jwk] }));
    expect(await who(callers, old)).toBe(REFUSED);
    expect(await who(callers, await bearer(next))).toBe('support-desk');
  });

  it('keys that cannot be had are told of, seldom and without tokens', async () => {
    const callers = await open(['--jwks-url', 'http://127.0.0.1:1/jwks', ...ISSUED]);
    const headers = await bearer(key);
    for (let count = 0; count < 20; count += 1) expect(await who(callers, headers)).toBe(REFUSED);
    expect(callers.isFailing()).toBe(true);
    expect(logged).toHaveLength(2);
    expect(logged.join()).toMatch(/could not be fetched.*no token is accepted/);
    for (const line of logged)
      expect(line).toMatch(/^keys of [^:]+; there are none, and every token is refused:/);
    for (const part of (headers['authorization'] ?? '').split('.')) expect(logged.join()).not.toContain(part);
  });

  it('keys that cannot be had again stay until they are too old, and it is told which', async () => {
    const issuer = await startJwksServer({ keys: [key.jwk] });
    const file = join(folder, 'stale.yaml');
    await writeFile(file, 'tokens: { jwksRefreshMs: 50, jwksCooldownMs: 50, jwksMaxStaleMs: 1000 }');
    const callers = await open(['--config', file, '--jwks-url', issuer.url, ...ISSUED]);
    await issuer.stop();
    await vi.waitFor(
      () => expect(logged.join()).toContain('; there are none, and every token is refused:'),
      10_000,
    );
    expect(logged[0]).toMatch(
      /^keys of [^:]+; the last ones stay until they are too old: .*could not be fetched/,
    );
    expect(await who(callers, await bearer(key))).toBe(REFUSED);
  });

  it('settings say where claims stand, and which algorithms are taken', async () => {
    await writeFile(
      join(folder, 'sudare.yaml'),
      `tokens:
  jwksUrl: ${server.url}
  issuer: https://id.example
  audience: sudare
  algorithms: [ES256]
  clockSkewSeconds: 0
  claims: { client: /ctx/app }
`,
    );
    const callers = await open(['--config', join(folder, 'sudare.yaml')]);
    expect(await who(callers, await bearer(key))).toBe(REFUSED);
    expect(await who(callers, await bearer(key, { ctx: { app: 'mail-campaign' } }))).toBe('mail-campaign');
    const late = { ctx: { app: 'mail-campaign' }, exp: Math.floor(Date.now() / 1000) - 2 };
    expect(await who(callers, await bearer(key, late))).toBe(REFUSED);
    await rm(join(folder, 'sudare.yaml'));
  });

  it('certificates are believed from the proxies that are named', async () => {
    await writeFile(
      join(folder, 'proxies.yaml'),
      `certificates:
  proxies: [10.0.3.0/24]
  header: x-client-cert-subject
  clients: { 'CN=mail': mail-campaign }
`,
    );
    const callers = await open(['--config', join(folder, 'proxies.yaml')]);
    const headers = { 'x-client-cert-subject': 'CN=mail' };
    expect(await who(callers, headers, '10.0.3.9')).toBe('mail-campaign');
    expect(await who(callers, headers, '10.0.4.9')).toBe(REFUSED);
    expect(() =>
      readStartConfig(
        [...FILES, '--config', join(folder, 'proxies.yaml'), '--forward-header', 'X-Client-Cert-Subject'],
        {},
        folder,
      ),
    ).toThrow(/who is calling/);
  });
});

describe('in development', () => {
  it('headers name the client, on loopback alone', async () => {
    expect(await who(await open(['--dev']), everything)).toBe('legal');
    expect(() => readStartConfig([...FILES, '--dev', '--host', '0.0.0.0'], {}, folder)).toThrow(
      /loopback only/,
    );
  });
});

describe('a setting is refused', () => {
  const rows: readonly { name: string; args: readonly string[]; says: RegExp }[] = [
    {
      name: 'keys from two places',
      args: ['--jwks', 'k', '--jwks-url', 'https://id.example', ...ISSUED],
      says: /one of them/,
    },
    {
      name: 'keys over plain HTTP',
      args: ['--jwks-url', 'http://id.example/jwks', ...ISSUED],
      says: /^--jwks-url: expected https/,
    },
    {
      name: 'an address without an issuer',
      args: ['--jwks-url', 'https://id.example', '--jwt-audience', 'a'],
      says: /^--jwt-issuer is missing/,
    },
    {
      name: 'an address without an audience',
      args: ['--jwks-url', 'https://id.example', '--jwt-issuer', 'a'],
      says: /^--jwt-audience is missing/,
    },
  ];
  it.each(rows)('$name', ({ args, says }) => {
    expect(() => readStartConfig([...FILES, ...args], {}, folder)).toThrow(says);
  });
});
