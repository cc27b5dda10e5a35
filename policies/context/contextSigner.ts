import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { calculateJwkThumbprint, SignJWT } from 'jose';
import { CONTEXT_SECONDS, CONTEXT_TYPE, type SubgraphContext } from './subgraphContext.ts';

/** Signs what subgraphs are told of a request. */
export interface ContextSigner {
  /** For one subgraph alone, good for a minute. `now`: ms since the epoch. */
  readonly sign: (subgraph: string, context: SubgraphContext, now?: number) => Promise<string>;
  /** The key file, for whoever watches it. */
  readonly file: {
    readonly path: string;
    readonly text: string;
    /** Signs by another key from now on. @throws an Error that says what was expected; the old one then stays. */
    readonly replace: (text: string) => Promise<void>;
  };
}

const EXPECTED =
  'expected a private key for Ed25519, P-256, P-384 or P-521, PEM ("BEGIN PRIVATE KEY") or JWK, e.g. from "openssl genpkey -algorithm ed25519"';

interface SigningKey {
  readonly key: KeyObject;
  readonly alg: string;
  readonly kid: string;
}

/**
 * Opens the key that signs what subgraphs are told. Its `kid` is that of the JWK, or else its thumbprint (RFC 7638).
 *
 * @throws an Error that says what was expected, and quotes nothing.
 */
export async function openContextSigner(path: string): Promise<ContextSigner> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new Error(`${path}: ${EXPECTED} (${code}).`);
  });
  let current = await readSigningKey(text, path);
  return {
    async sign(subgraph, { client, purpose, recipient, policyRevision, requestId }, now = Date.now()) {
      const { key, alg, kid } = current;
      const issued = Math.floor(now / 1000);
      return await new SignJWT({ client, purpose, recipient, policyRevision, requestId })
        .setProtectedHeader({ alg, kid, typ: CONTEXT_TYPE })
        .setAudience(subgraph)
        .setIssuedAt(issued)
        .setExpirationTime(issued + CONTEXT_SECONDS)
        .sign(key);
    },
    file: {
      path,
      text,
      async replace(next) {
        current = await readSigningKey(next, path);
      },
    },
  };
}

async function readSigningKey(text: string, path: string): Promise<SigningKey> {
  try {
    const { key, kid } = text.includes('-----BEGIN')
      ? { key: createPrivateKey(text), kid: null }
      : fromJwk(text);
    const alg = algorithmOf(key);
    if (alg !== null) {
      const thumbprint = await calculateJwkThumbprint(createPublicKey(key).export({ format: 'jwk' }));
      return { key, alg, kid: kid ?? thumbprint };
    }
  } catch {
    // What it says may quote the key.
  }
  throw new Error(`${path}: ${EXPECTED}.`);
}

function fromJwk(text: string): { readonly key: KeyObject; readonly kid: string | null } {
  const jwk: unknown = JSON.parse(text);
  if (typeof jwk !== 'object' || jwk === null) throw new Error('Expected a JWK.');
  const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  return { key, kid: 'kid' in jwk && typeof jwk.kid === 'string' ? jwk.kid : null };
}

const ALGORITHM_OF_CURVE: Readonly<Record<string, string>> = Object.freeze({
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
});

function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string | null {
  if (type === 'ed25519') return 'EdDSA';
  return type === 'ec' ? (ALGORITHM_OF_CURVE[details?.namedCurve ?? ''] ?? null) : null;
}
