import { createHmac } from 'node:crypto';
import { exportJWK, exportPKCS8, generateKeyPair } from 'jose';
import { describe, expect, it } from 'vitest';
import { ASYMMETRIC, readKeySet } from '../../../policies/keys/keySet.ts';
import { testKey } from './testKeys.ts';

const OPTIONS = { algorithms: [...ASYMMETRIC] };
const set = (...keys: readonly object[]): string => JSON.stringify({ keys });
const one = await testKey('ES256', 'one');
const two = await testKey('ES256', 'two');
const rsa = await testKey('RS256', 'rsa');
const bare = await testKey('ES256');
const edwards = await testKey('Ed25519', 'ed');
const secret = { kty: 'oct', kid: 'one', k: Buffer.alloc(32, 7).toString('base64url') };
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const hmac = (key: string, header: object = {}): string => {
  const text = `${part({ alg: 'HS256', ...header })}.${part({ sub: 'a' })}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
};

describe('a token is verified', () => {
  const rows: readonly { name: string; text: string; token: () => Promise<string> }[] = [
    { name: 'by the key that it names', text: set(one.jwk, two.jwk), token: () => two.sign({}) },
    {
      name: 'by whichever fits, where it names none',
      text: set(one.jwk, two.jwk),
      token: () => two.sign({}, { kid: undefined }),
    },
    {
      name: 'by a key without a name, whatever it names',
      text: set(bare.jwk),
      token: () => bare.sign({}, { kid: 'x' }),
    },
    { name: 'by a single JWK', text: JSON.stringify(one.jwk), token: () => one.sign({}) },
    { name: 'by one of two PEM keys', text: `${one.pem}\n${rsa.pem}`, token: () => rsa.sign({}) },
    { name: 'by Ed25519', text: set(edwards.jwk), token: () => edwards.sign({}) },
    {
      name: 'beside keys of kinds that are not known',
      text: set({ kty: 'new' }, secret, { ...two.jwk, use: 'enc' }, one.jwk),
      token: () => one.sign({}),
    },
  ];
  it.each(rows)('$name', async ({ text, token }) => {
    await expect(readKeySet(text, 'keys').verify(await token(), OPTIONS)).resolves.toMatchObject({
      payload: {},
    });
  });
});

describe('a token is refused', () => {
  const rows: readonly { name: string; text: string; token: () => Promise<string> | string }[] = [
    { name: 'of another key', text: set(one.jwk), token: () => two.sign({}, { kid: 'one' }) },
    { name: 'of a key that is not in the set', text: set(one.jwk), token: () => two.sign({}) },
    { name: 'of none of several keys', text: set(one.jwk, two.jwk), token: () => bare.sign({}) },
    { name: 'by HMAC with a public key as PEM', text: rsa.pem, token: () => hmac(rsa.pem) },
    {
      name: 'by HMAC with a public key’s modulus',
      text: set(rsa.jwk),
      token: () => hmac(String(rsa.jwk.n), { kid: 'rsa' }),
    },
    {
      name: 'by HMAC with a secret that stands in the set',
      text: set(secret, one.jwk),
      token: () => hmac(Buffer.alloc(32, 7).toString('latin1'), { kid: 'one' }),
    },
    {
      name: 'whose key is for another algorithm',
      text: set({ ...rsa.jwk, alg: 'PS256' }),
      token: () => rsa.sign({}),
    },
    {
      name: 'whose key is for encryption',
      text: set({ ...one.jwk, use: 'enc' }, two.jwk),
      token: () => one.sign({}),
    },
    { name: 'without a signature', text: set(one.jwk), token: () => `${part({ alg: 'none' })}.${part({})}.` },
  ];
  it.each(rows)('$name', async ({ text, token }) => {
    const keys = readKeySet(text, 'keys');
    // Also where somebody forgot to pin the algorithms, or pinned too many.
    for (const options of [OPTIONS, {}, { algorithms: [...ASYMMETRIC, 'HS256', 'none'] }]) {
      await expect(keys.verify(await token(), options)).rejects.toThrow(Error);
    }
  });
});

describe('a text is refused', () => {
  const rows: readonly { name: string; text: () => Promise<string> | string }[] = [
    { name: 'that is no JSON', text: () => 'secret words' },
    { name: 'without keys', text: () => '{"keys":[]}' },
    { name: 'whose keys are none', text: () => '{"keys":["secret words"]}' },
    { name: 'that is a list', text: () => '[]' },
    { name: 'that is null', text: () => 'null' },
    { name: 'with secrets alone', text: () => set(secret) },
    {
      name: 'with a private JWK',
      text: async () =>
        set(await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)),
    },
    { name: 'with a private PEM key', text: async () => await exportPKCS8(one.privateKey) },
    {
      name: 'with a private PEM key beside a public one',
      text: async () => one.pem + (await exportPKCS8(one.privateKey)),
    },
    { name: 'with half a PEM key', text: () => one.pem.slice(0, 60) },
    { name: 'with points that are on no curve', text: () => set({ ...one.jwk, x: two.jwk.x }) },
    {
      name: 'with an RSA key that is short',
      text: () => set({ kty: 'RSA', e: 'AQAB', n: Buffer.alloc(128, 0xc1).toString('base64url') }),
    },
    {
      name: 'with more keys than can be tried',
      text: () => set(...Array.from({ length: 101 }, () => one.jwk)),
    },
    { name: 'that is endless', text: () => ' '.repeat(300_000) },
  ];
  it.each(rows)('$name', async ({ text }) => {
    const given = await text();
    expect(() => readKeySet(given, 'keys.json')).toThrow(/^keys\.json: expected/);
    expect(() => readKeySet(given, 'keys.json')).not.toThrow(/secret words/);
  });
});

it('the same keys have the same name, and others another', () => {
  expect(readKeySet(set(one.jwk), 'a').name).toBe(readKeySet(` ${set(one.jwk)}`, 'b').name);
  expect(readKeySet(set(one.jwk), 'a').name).not.toBe(readKeySet(set(one.jwk, two.jwk), 'a').name);
});
