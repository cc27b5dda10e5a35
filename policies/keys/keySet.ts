import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import {
  createLocalJWKSet,
  errors,
  jwtVerify,
  type JWK,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  type JWTVerifyResult,
} from 'jose';

/** Public keys that tokens are checked with, all put in force at once. */
export interface KeySet {
  /** Tells one set from another: the same keys have the same. */
  readonly name: string;
  /**
   * Checks a token's signature and what `options` say of its claims.
   *
   * @throws what `jose` throws; `errors.JWKSNoMatchingKey` where the set has no key that the token could be signed by.
   */
  readonly verify: (token: string, options: JWTVerifyOptions) => Promise<JWTVerifyResult>;
}

/** Everything that signs by a key pair. With `none` or an HMAC, whoever knows the public key could sign. */
export const ASYMMETRIC = Object.freeze([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const);

/** Bytes and keys that a set may have: it comes from elsewhere, and each key may have to be tried. */
export const MAX_SET_BYTES = 256 * 1024;
const MAX_KEYS = 100;

const EXPECTED =
  'expected a JWKS or JWK as JSON, or PEM public keys ("BEGIN PUBLIC KEY"), for RSA (2048 bits or more), P-256, P-384, P-521 or Ed25519';

/**
 * Reads a JSON Web Key Set (RFC 7517), one JWK, or PEM public keys (SPKI), one after another. Keys of kinds that are
 * not known, and those that are for something else than signatures, are passed over, as RFC 7517 says. A key without
 * a `kid` is tried for tokens with any.
 *
 * INVARIANT: a set holds public keys alone: what could sign verifies nothing (test/policies/keys/keySet.test.ts).
 *
 * @param from a file or an address, for messages.
 * @throws an Error that says what was expected, and quotes nothing, where no key is left.
 */
export function readKeySet(text: string, from: string): KeySet {
  if (text.length > MAX_SET_BYTES)
    throw new Error(`${from}: expected at most ${MAX_SET_BYTES} bytes of keys.`);
  const found = jwksOf(text);
  if (found === null) throw new Error(`${from}: ${EXPECTED}.`);
  if (found.length > MAX_KEYS) throw new Error(`${from}: expected at most ${MAX_KEYS} keys.`);
  const keys = found.filter(isUsable);
  if (keys.length === 0) {
    throw new Error(
      `${from}: expected a JWKS with public keys for signatures, { "keys": [ { "kty": … } ] }.`,
    );
  }
  const find = finder(keys);
  return {
    name: hash('sha256', JSON.stringify(keys), 'base64url'),
    verify: async (token, options) => await verifyByAny(token, find, options),
  };
}

/** Looks a key up by algorithm and `kid`. */
function finder(keys: readonly JWK[]): JWTVerifyGetKey {
  const all = createLocalJWKSet({ keys: [...keys] });
  const unnamed = keys.filter(({ kid }) => kid === undefined);
  const rest = unnamed.length === 0 ? null : createLocalJWKSet({ keys: unnamed });
  return async ({ kid, ...header }, token) => {
    try {
      return await all(kid === undefined ? header : { ...header, kid }, token);
    } catch (error) {
      if (rest === null || kid === undefined || !(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return await rest(header, token);
    }
  };
}

async function verifyByAny(
  token: string,
  find: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, find, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return await jwtVerify(token, key, options);
      } catch (failure) {
        if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** `null`: the text holds no keys in any form. */
function jwksOf(text: string): readonly JWK[] | null {
  try {
    if (text.includes('-----BEGIN')) return pemKeys(text);
    const json: unknown = JSON.parse(text);
    if (!isObject(json)) return null;
    const keys: unknown = 'kty' in json ? [json] : json['keys'];
    return Array.isArray(keys) ? keys.filter(isJwk) : null;
  } catch {
    return null;
  }
}

function pemKeys(text: string): readonly JWK[] {
  const blocks = text.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  // What else a file holds may be a private key: such a file is not one to hand out.
  if (blocks.length !== text.split('-----BEGIN').length - 1) throw new Error('Expected public keys alone.');
  return blocks.map((pem) => createPublicKey(pem).export({ format: 'jwk' })).filter(isJwk);
}

function isUsable(key: JWK): boolean {
  const { kty, use, alg } = key;
  if (!['RSA', 'EC', 'OKP'].some((known) => known === kty) || (use !== undefined && use !== 'sig'))
    return false;
  if (alg !== undefined && !ASYMMETRIC.some((known) => known === alg)) return false;
  // Whose private half is there to read is nobody's proof.
  if ('d' in key || 'k' in key) return false;
  try {
    return isStrong(createPublicKey({ key, format: 'jwk' }));
  } catch {
    return false;
  }
}

const CURVES: readonly unknown[] = ['prime256v1', 'secp384r1', 'secp521r1'];

function isStrong({ asymmetricKeyType: type, asymmetricKeyDetails: details = {} }: KeyObject): boolean {
  if (type === 'rsa') return (details.modulusLength ?? 0) >= 2048;
  return type === 'ed25519' || (type === 'ec' && CURVES.includes(details.namedCurve));
}

function isJwk(value: unknown): value is JWK & { readonly kty: string } {
  return isObject(value) && typeof value['kty'] === 'string';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
