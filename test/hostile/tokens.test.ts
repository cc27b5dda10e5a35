import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { afterAll } from 'vitest';
import { identifyByToken } from '../../gateway/callers/caller.ts';
import { createTokenVerifier } from '../../gateway/callers/verifyToken.ts';
import { CANARY, post } from './exchange.ts';
import { hostileRun, type HostileRow } from './hostileRun.ts';

const ISSUER = 'https://id.example';
const AUDIENCE = 'sudare';

const directory = await mkdtemp(join(tmpdir(), 'sudare-hostile-'));
const pair = await generateKeyPair('ES256', { extractable: true });
const others = await generateKeyPair('ES256');
const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' };
const keyFile = join(directory, 'jwks.json');
await writeFile(keyFile, JSON.stringify({ keys: [jwk] }));
const verifier = await createTokenVerifier({ keyFile, issuer: ISSUER, audience: AUDIENCE });

afterAll(async () => {
  verifier.close();
  await rm(directory, { recursive: true, force: true });
});

const seconds = (fromNow: number): number => Math.floor(Date.now() / 1_000) + fromNow;
const claims = (given: Readonly<Record<string, unknown>> = {}): JWTPayload => ({
  client_id: 'support-desk',
  iss: ISSUER,
  aud: AUDIENCE,
  exp: seconds(300),
  ...given,
});
const signed = async (
  given?: Readonly<Record<string, unknown>>,
  header: object = {},
  key = pair.privateKey,
): Promise<string> =>
  await new SignJWT(claims(given)).setProtectedHeader({ ...header, alg: 'ES256' }).sign(key);
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const byHmac = (header: object, secret: string | Buffer): string => {
  const text = `${part({ alg: 'HS256', ...header })}.${part(claims())}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
};

const ask = (authorization: string, ...headers: string[]): Buffer =>
  post(JSON.stringify({ query: `{ hello(name: "${CANARY}") }` }), [
    '-x-client-id',
    ...(authorization === '' ? [] : [`authorization: ${authorization}`]),
    ...headers,
  ]);

const token = (name: string, make: () => string | Promise<string>): HostileRow => ({
  name,
  send: async () => [ask(`Bearer ${await make()}`)],
  expected: [401],
  code: 'UNAUTHENTICATED',
});
const raw = (name: string, authorization: string, ...headers: string[]): HostileRow => ({
  name,
  send: () => [ask(authorization, ...headers)],
  expected: [401],
  code: 'UNAUTHENTICATED',
});

const rows: readonly HostileRow[] = [
  token('expired', async () => await signed({ exp: seconds(-120) })),
  token('not valid yet', async () => await signed({ nbf: seconds(3_600) })),
  token('without an expiry', async () => await signed({ exp: undefined })),
  token(
    'with an expiry that is a text',
    async () =>
      `${part({ alg: 'ES256', kid: 'k1' })}.${part({ ...claims(), exp: CANARY })}.${(await signed()).split('.')[2] ?? ''}`,
  ),
  token('forged, by another key', async () => await signed({}, { kid: 'k1' }, others.privateKey)),
  token(
    'forged, with its own key in the header',
    async () => await signed({}, { jwk: await exportJWK(others.publicKey) }, others.privateKey),
  ),
  token(
    'forged, with a key at an address',
    async () => await signed({}, { jku: `https://${CANARY}.example/jwks` }, others.privateKey),
  ),
  token('changed after it was signed', async () => {
    const [header = '', , signature = ''] = (await signed()).split('.');
    return `${header}.${part(claims({ client_id: CANARY }))}.${signature}`;
  }),
  token('without a signature', () => `${part({ alg: 'none' })}.${part(claims())}.`),
  token('without a signature, spelt otherwise', () => `${part({ alg: 'nOnE' })}.${part(claims())}.`),
  token('signed by the public key as a secret', async () => byHmac({}, await exportSPKI(pair.publicKey))),
  token('signed by the key set as a secret', () => byHmac({ kid: 'k1' }, JSON.stringify(jwk))),
  token('signed by nothing as a secret', () => byHmac({ kid: '../../../dev/null' }, '')),
  token('of another issuer', async () => await signed({ iss: `https://${CANARY}.example` })),
  token('of an issuer that begins like ours', async () => await signed({ iss: `${ISSUER}.${CANARY}` })),
  token('for another audience', async () => await signed({ aud: CANARY })),
  token('for logging out', async () => await signed({}, { typ: 'logout+jwt' })),
  token('of nobody', async () => await signed({ client_id: undefined })),
  token('of several clients', async () => await signed({ client_id: ['support-desk', CANARY] })),
  token(
    'with an extension that must be understood',
    async () => `${part({ alg: 'ES256', crit: [CANARY], [CANARY]: 1 })}.${part(claims())}.${'A'.repeat(86)}`,
  ),
  token('that is no JSON', () => `${Buffer.from(CANARY).toString('base64url')}.${part(claims())}.AAAA`),
  token('of one part', () => CANARY),
  token('of many parts', () => 'a.'.repeat(4_000)),
  token('of 15 kB', () => `${part({ alg: 'ES256', x: CANARY.repeat(900) })}.AA.AA`),
  raw('no token', ''),
  raw('a password', `Basic ${Buffer.from(`${CANARY}:x`).toString('base64')}`),
  raw('a token of no kind', CANARY),
  raw('a bearer of nothing', 'Bearer '),
  raw('a bearer with more behind', `Bearer a.b.c ${CANARY}`),
  raw('a name without a token', '', 'x-client-id: support-desk'),
  {
    name: 'a client that is not registered',
    send: async () => [ask(`Bearer ${await signed({ client_id: CANARY })}`)],
    expected: [403],
    code: 'CLIENT_UNKNOWN',
  },
  {
    name: 'no token, and a body that does not come',
    send: () => [post('', ['content-length: 1000000'])],
    expected: [401],
    code: 'UNAUTHENTICATED',
    withinMs: 1_000,
  },
  {
    name: 'a purpose that the token does not allow',
    send: async () => [
      ask(`Bearer ${await signed({ purposes: ['service.support'] })}`, 'x-purpose: marketing.recommendation'),
    ],
    expected: [403],
    code: 'PURPOSE_NOT_PERMITTED',
  },
];

const good = await signed({ exp: seconds(3_600) });

hostileRun('tokens', rows, {
  override: { identify: identifyByToken(verifier) },
  serving: { mode: 'production' },
  good: () => post(JSON.stringify({ query: '{ hello }' }), ['-x-client-id', `authorization: Bearer ${good}`]),
});
