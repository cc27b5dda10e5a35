import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { identifyByToken } from '../../../gateway/callers/caller.ts';
import { createTokenVerifier, type VerifyToken } from '../../../gateway/callers/verifyToken.ts';
import { startGateway } from '../../gatewayHarness.ts';

const people = z.object({ users: z.array(z.object({ name: z.string() })) });

const ISSUER = 'https://id.example';
const AUDIENCE = 'sudare';

let directory: string;
let pem: string;
let publicJwk: JWK;
let ours: CryptoKey;
let others: CryptoKey;
let verify: VerifyToken;
let verifyByPem: VerifyToken;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sudare-keys-'));
  const pair = await generateKeyPair('ES256', { extractable: true });
  ours = pair.privateKey;
  others = (await generateKeyPair('ES256')).privateKey;
  pem = await exportSPKI(pair.publicKey);
  publicJwk = await exportJWK(pair.publicKey);
  await writeFile(
    join(directory, 'jwks.json'),
    JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' }] }),
  );
  await writeFile(join(directory, 'jwk.json'), JSON.stringify(await exportJWK(pair.publicKey)));
  await writeFile(join(directory, 'key.pem'), pem);
  const checks = { issuer: ISSUER, audience: AUDIENCE };
  ({ verify } = await createTokenVerifier({ keyFile: join(directory, 'jwks.json'), ...checks }));
  ({ verify: verifyByPem } = await createTokenVerifier({ keyFile: join(directory, 'key.pem'), ...checks }));
});

afterAll(async () => await rm(directory, { recursive: true, force: true }));

const good: JWTPayload = { client_id: 'support-desk' };

const signed = async (
  payload: JWTPayload,
  {
    key = ours,
    expires = '5m',
    audience = AUDIENCE,
    issuer = ISSUER,
    header = {},
  }: {
    key?: CryptoKey;
    expires?: string | null;
    audience?: string | string[];
    issuer?: string;
    header?: Readonly<Record<string, unknown>>;
  } = {},
): Promise<string> => {
  const token = new SignJWT(payload)
    .setProtectedHeader({ ...header, alg: 'ES256' })
    .setAudience(audience)
    .setIssuer(issuer);
  return await (expires === null ? token : token.setExpirationTime(expires)).sign(key);
};

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const later = (): number => Math.floor(Date.now() / 1000) + 300;
const unsigned = (header: object): string =>
  `${part(header)}.${part({ ...good, aud: AUDIENCE, iss: ISSUER, exp: later() })}`;

it('a token signed by a secret is not accepted, though the key file holds that secret', async () => {
  const secret = new Uint8Array(32).fill(7);
  const keyFile = join(directory, 'oct.json');
  const k = Buffer.from(secret).toString('base64url');
  await writeFile(keyFile, JSON.stringify({ keys: [{ kty: 'oct', alg: 'HS256', k }, publicJwk] }));
  const { verify: verifyBySecret } = await createTokenVerifier({
    keyFile,
    issuer: ISSUER,
    audience: AUDIENCE,
  });
  const token = await new SignJWT(good)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setExpirationTime('5m')
    .sign(secret);
  await expect(verifyBySecret(token)).rejects.toThrow('not accepted');
});

describe('a token', () => {
  it('says who is calling', async () => {
    const ground = { kind: 'authority', reference: 'case 7', expires: 1, subjects: ['user:u_1'] };
    const token = await signed({
      client_id: 'legal',
      end_user: 'user:u_7',
      act: { sub: 'operator-3' },
      ground,
      purposes: ['disclosure'],
    });
    const expected = {
      client: 'legal',
      endUser: 'user:u_7',
      actor: 'operator-3',
      ground,
      purposes: ['disclosure'],
    };
    expect(await verify(token)).toEqual(expected);
    expect(await verifyByPem(token)).toEqual(expected);
  });

  it('may leave out all but the client', async () => {
    expect(await verify(await signed(good))).toEqual({
      client: 'support-desk',
      endUser: null,
      actor: null,
      ground: null,
      purposes: null,
    });
  });

  it.each(['at+jwt', 'application/at+jwt', 'AT+JWT', 'JWT', 'jwt'])('may be of the type %s', async (typ) => {
    const token = await signed(good, { header: { typ } });
    expect(await verify(token)).toMatchObject({ client: 'support-desk' });
    expect(await verifyByPem(token)).toMatchObject({ client: 'support-desk' });
  });

  it('may be for others as well', async () => {
    const token = await signed(good, { audience: ['elsewhere', AUDIENCE] });
    expect(await verify(token)).toMatchObject({ client: 'support-desk' });
  });

  it('may be verified by a single JWK', async () => {
    const { verify: byKey } = await createTokenVerifier({
      keyFile: join(directory, 'jwk.json'),
      issuer: ISSUER,
      audience: AUDIENCE,
    });
    expect(await byKey(await signed(good))).toMatchObject({ client: 'support-desk' });
  });

  const refused: readonly { name: string; token: () => Promise<string> | string }[] = [
    { name: 'that has expired', token: async () => await signed(good, { expires: '-5m' }) },
    { name: 'that never expires', token: async () => await signed(good, { expires: null }) },
    { name: 'of another key', token: async () => await signed(good, { key: others }) },
    { name: 'for another audience', token: async () => await signed(good, { audience: 'elsewhere' }) },
    { name: 'of another issuer', token: async () => await signed(good, { issuer: 'https://evil.example' }) },
    {
      name: 'for no audience',
      token: async () =>
        await new SignJWT(good)
          .setProtectedHeader({ alg: 'ES256' })
          .setIssuer(ISSUER)
          .setExpirationTime('5m')
          .sign(ours),
    },
    {
      name: 'of no issuer',
      token: async () =>
        await new SignJWT(good)
          .setProtectedHeader({ alg: 'ES256' })
          .setAudience(AUDIENCE)
          .setExpirationTime('5m')
          .sign(ours),
    },
    ...['logout+jwt', 'dpop+jwt', 'secevent+jwt', 'application/jwt+at', '', ' JWT', 7, null, ['JWT']].map(
      (typ) => ({
        name: `of the type ${JSON.stringify(typ)}`,
        token: async () => await signed(good, { header: { typ } }),
      }),
    ),
    { name: 'that is not valid yet', token: async () => await signed({ ...good, nbf: later() }) },
    { name: 'without a client', token: async () => await signed({ sub: 'support-desk' }) },
    { name: 'with an empty client', token: async () => await signed({ client_id: '' }) },
    { name: 'whose client is no text', token: async () => await signed({ client_id: ['support-desk'] }) },
    { name: 'whose purposes are no list', token: async () => await signed({ ...good, purposes: 'service' }) },
    { name: 'whose actor has no name', token: async () => await signed({ ...good, act: {} }) },
    { name: 'whose end user is empty', token: async () => await signed({ ...good, end_user: '' }) },
    { name: 'with no signature and `alg: none`', token: () => `${unsigned({ alg: 'none' })}.` },
    { name: 'with `alg: None`', token: () => `${unsigned({ alg: 'None' })}.` },
    { name: 'with no algorithm', token: () => `${unsigned({})}.` },
    {
      name: 'signed by HMAC with the public key',
      token: () => {
        const text = unsigned({ alg: 'HS256' });
        return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
      },
    },
    {
      name: 'that was changed after it was signed',
      token: async () => {
        const [header, , signature] = (await signed(good)).split('.');
        return `${header}.${part({ client_id: 'legal', aud: AUDIENCE, iss: ISSUER, exp: later() })}.${signature}`;
      },
    },
    { name: 'whose signature is cut off', token: async () => (await signed(good)).replace(/[^.]+$/, '') },
    {
      name: 'that brings a key of its own',
      token: async () =>
        await new SignJWT(good)
          .setProtectedHeader({
            alg: 'ES256',
            jwk: await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey),
          })
          .setAudience(AUDIENCE)
          .setIssuer(ISSUER)
          .setExpirationTime('5m')
          .sign(others),
    },
    { name: 'that is none', token: () => 'support-desk' },
  ];
  it.each(refused)('$name is refused, and not told why', async ({ token }) => {
    const text = await token();
    const refusals = await Promise.all(
      [verify, verifyByPem].map(
        async (each) =>
          await each(text).then(
            () => null,
            (error: unknown) => error,
          ),
      ),
    );
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } } });
      expect(String(refusal)).not.toContain(text);
    }
    expect(new Set(refusals.map(String)).size).toBe(1);
  });

  it.each([
    { name: 'expired', token: async () => await signed(good, { expires: '-5m' }), why: 'token: expired' },
    {
      name: 'for another audience',
      token: async () => await signed(good, { audience: 'canary' }),
      why: 'token: aud is not as expected',
    },
    {
      name: 'of another issuer',
      token: async () => await signed(good, { issuer: 'canary' }),
      why: 'token: iss is not as expected',
    },
    {
      name: 'signed by another key',
      token: async () => await signed(good, { key: others }),
      why: 'token: its signature is not that of the key',
    },
    {
      name: 'signed by a key that is not there',
      token: async () => await signed(good, { header: { kid: 'canary' } }),
      why: 'token: signed by no known key',
    },
    {
      name: 'that names nobody',
      token: async () => await signed({}),
      why: 'token: it cannot be read, does not say who is calling, or there are no keys',
    },
  ])('$name is refused, and those who watch are told why', async ({ token, why }) => {
    await expect(verify(await token())).rejects.toMatchObject({ note: { why } });
  });
});

describe('a key file', () => {
  const rows: readonly { name: string; text: string; expected: RegExp }[] = [
    {
      name: 'that is no JSON',
      text: 'secret words',
      expected: /expected a JWKS or JWK as JSON, or PEM public keys/,
    },
    { name: 'without keys', text: '{"keys":[]}', expected: /expected a JWKS/ },
    { name: 'with keys that are none', text: '{"keys":[7]}', expected: /expected a JWKS/ },
    {
      name: 'with a private PEM key',
      text: '-----BEGIN PRIVATE KEY-----\nsecret words\n',
      expected: /PEM public keys/,
    },
    { name: 'that is a list', text: '[]', expected: /expected a JWKS/ },
    { name: 'with a secret alone', text: '{"kty":"oct","k":"c2VjcmV0IHdvcmRz"}', expected: /public keys/ },
  ];
  it.each(rows)('$name is refused', async ({ text, expected }) => {
    const keyFile = join(directory, 'bad.json');
    await writeFile(keyFile, text);
    const refused = createTokenVerifier({ keyFile, issuer: ISSUER, audience: AUDIENCE });
    await expect(refused).rejects.toThrow(expected);
    await expect(refused).rejects.not.toThrow('secret words');
  });

  it('that is not there is refused with what was expected', async () => {
    await expect(
      createTokenVerifier({
        keyFile: join(directory, 'none.json'),
        issuer: ISSUER,
        audience: AUDIENCE,
      }),
    ).rejects.toThrow(/none\.json: expected .*ENOENT/);
  });
});

describe('a verifier', () => {
  it.each([
    { name: 'issuer', checks: { issuer: '', audience: AUDIENCE } },
    { name: 'audience', checks: { issuer: ISSUER, audience: '' } },
  ])('is not made without an $name, since it would take tokens of any', async ({ name, checks }) => {
    const keyFile = join(directory, 'jwks.json');
    await expect(createTokenVerifier({ keyFile, ...checks })).rejects.toThrow(`expected an ${name}`);
  });
});

describe('over HTTP', () => {
  it('the token alone says who is calling; headers only choose among what it allows', async () => {
    const gateway = await startGateway({
      subgraphs: [
        {
          name: 'people',
          typeDefs:
            'type Query { users: [User] } type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! name: String @personal(category: "identity.name") }',
          resolvers: {
            Query: {
              users: () => [
                { id: '1', name: 'Ada' },
                { id: '2', name: 'Bob' },
              ],
            },
          },
        },
      ],
      override: { identify: identifyByToken({ verify }) },
    });
    try {
      const names = async (payload: JWTPayload | null, headers: Record<string, string>): Promise<unknown> => {
        const answer = await gateway.send({
          query: '{ users { name } }',
          headers: {
            ...(payload === null ? {} : { authorization: `Bearer ${await signed(payload)}` }),
            ...headers,
          },
        });
        if (answer.status !== 200) return [answer.status, answer.errors[0]?.extensions?.['code']];
        return people.parse(answer.data).users.map(({ name }) => name);
      };
      const hidden = '█████';

      // `x-client-id`, `x-end-user`, `x-ground` and `x-actor` are believed in development alone.
      expect(await names(null, { 'x-client-id': 'support-desk', 'x-purpose': 'service.support' })).toEqual([
        401,
        'UNAUTHENTICATED',
      ]);
      expect(await names(null, { authorization: 'Basic c3VwcG9ydA==' })).toEqual([401, 'UNAUTHENTICATED']);
      expect(await names(good, { 'x-client-id': 'legal' })).toEqual([hidden, hidden]);
      expect(await names(good, { 'x-purpose': 'service.support' })).toEqual(['Ada', 'Bob']);
      expect(
        await names({ ...good, purposes: ['service.operation'] }, { 'x-purpose': 'service.support' }),
      ).toEqual([403, 'PURPOSE_NOT_PERMITTED']);

      const myPage = { client_id: 'my-page' };
      const access = { 'x-purpose': 'rights.access' };
      expect(await names({ ...myPage, end_user: 'user:1' }, { ...access, 'x-end-user': 'user:2' })).toEqual([
        'Ada',
        hidden,
      ]);
      expect(await names(myPage, { ...access, 'x-end-user': 'user:2' })).toEqual([hidden, hidden]);

      const ground = {
        kind: 'authority',
        reference: 'case 7',
        expires: Date.now() + 60_000,
        subjects: ['user:2'],
      };
      const disclosure = { 'x-purpose': 'disclosure.authority', 'x-recipient': 'authority' };
      expect(await names({ client_id: 'legal', act: { sub: 'operator-3' }, ground }, disclosure)).toEqual([
        hidden,
        'Bob',
      ]);
      expect(JSON.parse(gateway.audited().at(-1) ?? '')).toMatchObject({
        client: 'legal',
        actor: 'operator-3',
        recipient: 'authority',
        purpose: 'disclosure.authority',
        ground: { kind: 'authority', reference: 'case 7' },
      });
      expect(
        await names({ client_id: 'legal' }, { ...disclosure, 'x-ground': JSON.stringify(ground) }),
      ).toEqual([403, 'PURPOSE_NOT_PERMITTED']);
      expect(await names({ ...good, ground }, {})).toEqual([403, 'GROUND_NOT_PERMITTED']);
      expect(await names({ client_id: 'legal', ground: { ...ground, expires: 1 } }, disclosure)).toEqual([
        403,
        'GROUND_INCOMPLETE',
      ]);
    } finally {
      await gateway.close();
    }
  });
});
