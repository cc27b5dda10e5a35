import { createHmac } from 'node:crypto';
import { CompactEncrypt, SignJWT, type JWTPayload } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { identifyByToken } from '../../../gateway/callers/caller.ts';
import type { TokenChecks } from '../../../gateway/callers/tokenChecks.ts';
import { createTokenVerifier, type TokenVerifier } from '../../../gateway/callers/verifyToken.ts';
import { ASYMMETRIC } from '../../../policies/keys/keySet.ts';
import { KEY_TIMES } from '../../../policies/keys/keyUrl.ts';
import { startJwksServer, type JwksServer } from '../../policies/keys/jwksServer.ts';
import { testKey, type TestKey } from '../../policies/keys/testKeys.ts';
import { startGateway } from '../../gatewayHarness.ts';

const CHECKS = { issuer: 'https://id.example', audience: 'sudare' };

let elliptic: TestKey;
let rsa: TestKey;
let next: TestKey;
let stranger: TestKey;
let server: JwksServer;
let opened: TokenVerifier[] = [];

beforeAll(async () => {
  [elliptic, rsa, next, stranger] = await Promise.all([
    testKey('ES256', 'ec-1'),
    testKey('RS256', 'rsa-1'),
    testKey('ES256', 'ec-2'),
    testKey('ES256', 'ec-1'),
  ]);
});
beforeEach(async () => {
  server = await startJwksServer({ keys: [elliptic.jwk, rsa.jwk] });
});
afterEach(async () => {
  vi.useRealTimers();
  for (const verifier of opened.splice(0)) verifier.close();
  await server.stop();
});
afterAll(() => (opened = []));

const open = async (checks: Partial<TokenChecks> = {}, problems: string[] = []): Promise<TokenVerifier> => {
  const jwks = { url: server.url, onProblem: ({ message }: Error) => void problems.push(message) };
  const verifier = await createTokenVerifier({ ...CHECKS, ...checks, jwks });
  opened.push(verifier);
  return verifier;
};
const seconds = (from = 0): number => Math.floor(Date.now() / 1000) + from;
const claims = (changes: Readonly<Record<string, unknown>> = {}): JWTPayload => ({
  client_id: 'support-desk',
  iss: CHECKS.issuer,
  aud: CHECKS.audience,
  exp: seconds(300),
  ...changes,
});
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const hmac = (secret: string | Buffer, kid: string): string => {
  const text = `${part({ alg: 'HS256', kid })}.${part(claims())}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
};
const outcome = async (verifier: TokenVerifier, token: string): Promise<string> =>
  await verifier.verify(token).then(
    () => 'accepted',
    (error: unknown) => {
      expect(error).toMatchObject({ extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } } });
      expect(String(error)).not.toContain(token);
      return 'refused';
    },
  );

const rows: readonly {
  name: string;
  token: () => Promise<string> | string;
  expected: 'accepted' | 'refused';
}[] = [
  { name: 'by the first key', token: () => elliptic.sign(claims()), expected: 'accepted' },
  { name: 'by the second key', token: () => rsa.sign(claims()), expected: 'accepted' },
  { name: 'of the type at+jwt', token: () => rsa.sign(claims(), { typ: 'at+jwt' }), expected: 'accepted' },
  { name: 'without a kid', token: () => elliptic.sign(claims(), { kid: undefined }), expected: 'accepted' },
  {
    name: 'for several audiences',
    token: () => elliptic.sign(claims({ aud: ['x', 'sudare'] })),
    expected: 'accepted',
  },
  {
    name: 'that has just expired',
    token: () => elliptic.sign(claims({ exp: seconds(-20) })),
    expected: 'accepted',
  },
  {
    name: 'that has expired',
    token: () => elliptic.sign(claims({ exp: seconds(-40) })),
    expected: 'refused',
  },
  { name: 'that never expires', token: () => elliptic.sign(claims({ exp: undefined })), expected: 'refused' },
  {
    name: 'that is valid in a moment',
    token: () => elliptic.sign(claims({ nbf: seconds(20) })),
    expected: 'accepted',
  },
  {
    name: 'that is not yet valid',
    token: () => elliptic.sign(claims({ nbf: seconds(60) })),
    expected: 'refused',
  },
  {
    name: 'of another issuer',
    token: () => elliptic.sign(claims({ iss: 'https://evil.example' })),
    expected: 'refused',
  },
  {
    name: 'of an issuer that begins the same',
    token: () => elliptic.sign(claims({ iss: `${CHECKS.issuer}/` })),
    expected: 'refused',
  },
  { name: 'of no issuer', token: () => elliptic.sign(claims({ iss: undefined })), expected: 'refused' },
  {
    name: 'for another audience',
    token: () => elliptic.sign(claims({ aud: 'elsewhere' })),
    expected: 'refused',
  },
  { name: 'for no audience', token: () => elliptic.sign(claims({ aud: undefined })), expected: 'refused' },
  { name: 'of a key with the same kid', token: () => stranger.sign(claims()), expected: 'refused' },
  { name: 'of an unknown kid', token: () => next.sign(claims()), expected: 'refused' },
  {
    name: 'of another key’s kid',
    token: () => elliptic.sign(claims(), { kid: 'rsa-1' }),
    expected: 'refused',
  },
  {
    name: 'of the type logout+jwt',
    token: () => elliptic.sign(claims(), { typ: 'logout+jwt' }),
    expected: 'refused',
  },
  {
    name: 'with alg none',
    token: () => `${part({ alg: 'none', kid: 'ec-1' })}.${part(claims())}.`,
    expected: 'refused',
  },
  { name: 'with alg NONE', token: () => `${part({ alg: 'NONE' })}.${part(claims())}.`, expected: 'refused' },
  { name: 'by HMAC with the public key as PEM', token: () => hmac(rsa.pem, 'rsa-1'), expected: 'refused' },
  {
    name: 'by HMAC with the public key as JWK',
    token: () => hmac(JSON.stringify(rsa.jwk), 'rsa-1'),
    expected: 'refused',
  },
  {
    name: 'by HMAC with the public key’s modulus',
    token: () => hmac(Buffer.from(String(rsa.jwk.n), 'base64url'), 'rsa-1'),
    expected: 'refused',
  },
  {
    name: 'by the right key with an algorithm that is not taken',
    token: async () =>
      await new SignJWT(claims())
        .setProtectedHeader({ alg: 'RS512', kid: 'rsa-1' })
        .sign((await testKey('RS512')).privateKey),
    expected: 'refused',
  },
  {
    name: 'with a header that must be understood',
    token: async () =>
      await new SignJWT(claims())
        .setProtectedHeader({ alg: 'ES256', kid: 'ec-1', crit: ['x'], x: 1 })
        .sign(elliptic.privateKey, { crit: { x: true } }),
    expected: 'refused',
  },
  {
    name: 'that leads to keys of its own',
    token: () => stranger.sign(claims(), { jku: 'https://evil.example', jwk: stranger.jwk }),
    expected: 'refused',
  },
  {
    name: 'without a client',
    token: () => elliptic.sign(claims({ client_id: undefined })),
    expected: 'refused',
  },
  {
    name: 'whose purposes are no list',
    token: () => elliptic.sign(claims({ purposes: {} })),
    expected: 'refused',
  },
  {
    name: 'that is huge',
    token: () => elliptic.sign(claims({ padding: 'x'.repeat(20_000) })),
    expected: 'refused',
  },
  {
    name: 'that is encrypted',
    token: async () =>
      await new CompactEncrypt(Buffer.from(JSON.stringify(claims())))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .encrypt(Buffer.alloc(32)),
    expected: 'refused',
  },
  {
    name: 'whose payload is no object',
    token: () => `${part({ alg: 'ES256', kid: 'ec-1' })}.${part([1])}.AAAA`,
    expected: 'refused',
  },
  { name: 'that is none', token: () => 'support-desk', expected: 'refused' },
  { name: 'of points', token: () => '..', expected: 'refused' },
];

describe('a token', () => {
  it.each(rows)('$name is $expected', async ({ token, expected }) => {
    const text = await token();
    expect(await outcome(await open(), text)).toBe(expected);
  });
});

describe('algorithms', () => {
  it.each([['none'], ['HS256'], ['RS256', 'HS256'], ['dir'], ['rs256'], [''], []])(
    '%j are refused',
    async (...algorithms) => {
      await expect(open({ algorithms })).rejects.toThrow(/^Algorithms of tokens: expected/);
    },
  );

  it('that are not named are not taken', async () => {
    const verifier = await open({ algorithms: ['RS256'] });
    expect(await outcome(verifier, await rsa.sign(claims()))).toBe('accepted');
    expect(await outcome(verifier, await elliptic.sign(claims()))).toBe('refused');
  });

  it.each(ASYMMETRIC)('%s may be named', async (alg) => {
    const key = await testKey(alg, 'k');
    server.answer({ keys: [key.jwk] });
    expect(await outcome(await open({ algorithms: [alg] }), await key.sign(claims()))).toBe('accepted');
  });
});

describe('clock skew', () => {
  it.each([-1, 301, NaN, Infinity])('of %j seconds is refused', async (clockSkewSeconds) => {
    await expect(open({ clockSkewSeconds })).rejects.toThrow(/from 0 to 300/);
  });

  it('is as wide as it was set', async () => {
    expect(
      await outcome(
        await open({ clockSkewSeconds: 300 }),
        await elliptic.sign(claims({ exp: seconds(-290) })),
      ),
    ).toBe('accepted');
    expect(
      await outcome(await open({ clockSkewSeconds: 0 }), await elliptic.sign(claims({ exp: seconds(-2) }))),
    ).toBe('refused');
  });
});

/** Clocks that the test moves; timers go on by themselves. */
const heldClocks = (): void => void vi.useFakeTimers({ toFake: ['performance', 'Date'] });
const pass = (ms: number): void => void vi.advanceTimersByTime(ms);

describe('keys that change', () => {
  it('a new key is known as soon as a token names it, and what the old one signed is forgotten', async () => {
    heldClocks();
    const verifier = await open();
    const [old, young] = [await elliptic.sign(claims()), await next.sign(claims())];
    expect(await outcome(verifier, old)).toBe('accepted');
    server.answer({ keys: [next.jwk] });
    pass(KEY_TIMES.cooldownMs);
    // It was accepted half a minute ago, and nobody knows of the rotation yet.
    expect(await outcome(verifier, old)).toBe('accepted');
    expect(await outcome(verifier, young)).toBe('accepted');
    expect(await outcome(verifier, old)).toBe('refused');
  });

  it('while they cannot be had, tokens are accepted for a bounded time, and then refused', async () => {
    heldClocks();
    const problems: string[] = [];
    const verifier = await open({}, problems);
    const token = await elliptic.sign(claims({ exp: seconds(10_000) }));
    expect(await outcome(verifier, token)).toBe('accepted');
    await server.stop();
    pass(KEY_TIMES.maxStaleMs - 1_000);
    expect(await outcome(verifier, token)).toBe('accepted');
    expect(await outcome(verifier, await rsa.sign(claims()))).toBe('accepted');
    // It was accepted a second ago.
    pass(1_000);
    expect(await outcome(verifier, token)).toBe('refused');
    expect(await outcome(verifier, await rsa.sign(claims()))).toBe('refused');
    expect(verifier.problem()).toMatch(/could not be fetched/);
    expect(problems.join()).toMatch(/no token is accepted/);
    expect(problems.join()).not.toContain(token);
    await server.start();
    pass(KEY_TIMES.cooldownMs);
    expect(await outcome(verifier, token)).toBe('accepted');
    expect(verifier.problem()).toBeNull();
  });
});

it('over HTTP, forged tokens are refused while the gateway goes on', async () => {
  const verifier = await open();
  const gateway = await startGateway({
    subgraphs: [
      { name: 'a', typeDefs: 'type Query { open: String }', resolvers: { Query: { open: () => 'yes' } } },
    ],
    override: { identify: identifyByToken(verifier) },
  });
  try {
    const send = async (token: string): Promise<[number, unknown]> => {
      const { status, data, errors } = await gateway.send({
        query: '{ open }',
        headers: { authorization: `Bearer ${token}` },
      });
      return [status, data ?? errors[0]?.extensions['code']];
    };
    expect(await send(await elliptic.sign(claims()))).toEqual([200, { open: 'yes' }]);
    for (const token of [await stranger.sign(claims()), await next.sign(claims()), hmac(rsa.pem, 'rsa-1')]) {
      expect(await send(token)).toEqual([401, 'UNAUTHENTICATED']);
      expect(gateway.logged()).not.toContain(token.split('.')[1]);
    }
    expect(await send(await elliptic.sign(claims()))).toEqual([200, { open: 'yes' }]);
  } finally {
    await gateway.close();
  }
});
