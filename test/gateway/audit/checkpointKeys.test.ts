import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPublicKeys, readSigningKey } from '../../../gateway/audit/checkpointKeys.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const pem = (key: KeyObject): string =>
  key.export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' }).toString();
const jwk = (key: KeyObject): string => JSON.stringify(key.export({ format: 'jwk' }));

let file: string;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-keys-'));
  file = join(folder, 'key');
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

describe('the key that signs', () => {
  it.each([
    ['PEM', pem(privateKey)],
    ['JWK', jwk(privateKey)],
  ])('is read as %s', async (_, text) => {
    await writeFile(file, text);
    expect((await readSigningKey(file)).equals(privateKey)).toBe(true);
  });

  it.each([
    ['a public one', pem(publicKey)],
    ['a public JWK', jwk(publicKey)],
    ['one of another kind', pem(elliptic.privateKey)],
    ['another JWK', jwk(elliptic.privateKey)],
    ['no key', 'canary'],
    ['nothing', ''],
  ])('is not %s', async (_, text) => {
    await writeFile(file, text);
    await expect(readSigningKey(file)).rejects.toThrow(/key: expected an Ed25519 private key(?!.*canary)/);
  });

  it('is in a file that is there', async () => {
    await expect(readSigningKey(join(folder, 'none'))).rejects.toThrow(/none: expected .*ENOENT/);
  });
});

describe('the keys that may have signed', () => {
  const other = generateKeyPairSync('ed25519').publicKey;
  it.each([
    ['PEM', pem(publicKey), [publicKey]],
    ['JWK', jwk(publicKey), [publicKey]],
    ['JWKS', `{"keys":[${jwk(other)},${jwk(publicKey)}]}`, [other, publicKey]],
  ])('are read as %s', async (_, text, expected) => {
    await writeFile(file, text);
    const keys = await readPublicKeys(file);
    expect(keys.map((key, index) => key.equals(expected[index] ?? elliptic.publicKey))).toEqual(
      expected.map(() => true),
    );
  });

  it.each([
    ['of another kind', pem(elliptic.publicKey)],
    ['partly of another kind', `{"keys":[${jwk(publicKey)},${jwk(elliptic.publicKey)}]}`],
    ['none', '{"keys":[]}'],
    ['no keys', 'canary'],
  ])('are not %s', async (_, text) => {
    await writeFile(file, text);
    await expect(readPublicKeys(file)).rejects.toThrow(/key: expected Ed25519 public keys(?!.*canary)/);
  });
});
