import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const EXPECTED_PRIVATE =
  'expected an Ed25519 private key, PEM ("BEGIN PRIVATE KEY") or JWK, e.g. from "openssl genpkey -algorithm ed25519"';
const EXPECTED_PUBLIC =
  'expected Ed25519 public keys: PEM ("BEGIN PUBLIC KEY", e.g. from "openssl pkey -pubout"), a JWK or a JWKS';

const jwk = z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519') });
const jwks = z.object({ keys: z.array(jwk).min(1) });

/** Reads the key that signs checkpoints. @throws an Error that says what was expected, and quotes nothing. */
export async function readSigningKey(file: string): Promise<KeyObject> {
  const text = await textOf(file, EXPECTED_PRIVATE);
  const [key] = keysOf(text, createPrivateKey) ?? [];
  if (key !== undefined && isEd25519(key)) return key;
  throw new Error(`${file}: ${EXPECTED_PRIVATE}.`);
}

/** Reads the keys that checkpoints may be signed with. @throws an Error that says what was expected. */
export async function readPublicKeys(file: string): Promise<readonly KeyObject[]> {
  const keys = keysOf(await textOf(file, EXPECTED_PUBLIC), createPublicKey);
  if (keys?.every(isEd25519)) return keys;
  throw new Error(`${file}: ${EXPECTED_PUBLIC}.`);
}

type CreateKey = (input: string | { readonly key: JsonWebKey; readonly format: 'jwk' }) => KeyObject;

/** `null`: the text holds none. */
function keysOf(text: string, create: CreateKey): readonly KeyObject[] | null {
  try {
    if (text.includes('-----BEGIN')) return [create(text)];
    const json: unknown = JSON.parse(text);
    const { keys } = jwks.parse(isJwk(json) ? { keys: [json] } : json);
    return keys.map((key) => create({ key, format: 'jwk' }));
  } catch {
    return null;
  }
}

function isJwk(json: unknown): boolean {
  return jwk.safeParse(json).success;
}

function isEd25519(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ed25519';
}

async function textOf(file: string, expected: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new Error(`${file}: ${expected} (${code}).`);
  });
}
