import { readFile } from 'node:fs/promises';
import { createLocalJWKSet, importSPKI, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import { z } from 'zod';
import type { CallerClaims } from '../policies/admit.ts';
import { refusal } from './errors.ts';

/** What a verified token says of its bearer. */
export type TokenClaims = Omit<CallerClaims, 'purpose' | 'recipient'>;

/** Verifies one token. @throws a refusal with `UNAUTHENTICATED`, which does not say what was wrong. */
export type VerifyToken = (token: string) => Promise<TokenClaims>;

/** Options of `createTokenVerifier`. */
export interface TokenVerifierOptions {
  /** A JWKS as JSON, one JWK, or a PEM public key (SPKI). */
  readonly keyFile: string;
  readonly issuer: string | null;
  readonly audience: string | null;
}

/** Asymmetric ones alone: with `none` or an HMAC, whoever knows the public key could sign. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'];

const CLOCK_TOLERANCE_SECONDS = 30;

const EXPECTED_KEYS = 'expected a JWKS or JWK as JSON, or a PEM public key ("BEGIN PUBLIC KEY")';

const claims = z.object({
  client_id: z.string().min(1),
  end_user: z.string().min(1).optional(),
  act: z.object({ sub: z.string().min(1) }).optional(),
  ground: z.unknown().optional(),
  purposes: z.array(z.string()).optional(),
});

/**
 * Creates a verifier for tokens signed by a key in a local file. Claims: `client_id` (RFC 8693), `end_user` (a
 * subject id), `act.sub` (RFC 8693: who operates the client), `ground`, `purposes`. A token must expire.
 *
 * @throws an Error that says what was expected of the file.
 */
export async function createTokenVerifier(options: TokenVerifierOptions): Promise<VerifyToken> {
  const verify = await signatureVerifier(options);
  return async (token) => {
    try {
      const payload = claims.parse(await verify(token));
      return {
        client: payload.client_id,
        endUser: payload.end_user ?? null,
        actor: payload.act?.sub ?? null,
        ground: payload.ground ?? null,
        purposes: payload.purposes ?? null,
      };
    } catch {
      throw refusal(
        'UNAUTHENTICATED',
        'The token was not accepted: expected one that is signed by a known key, unexpired, for this issuer and audience, with a client_id.',
      );
    }
  };
}

async function signatureVerifier({
  keyFile,
  issuer,
  audience,
}: TokenVerifierOptions): Promise<(token: string) => Promise<JWTPayload>> {
  const options = {
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    requiredClaims: ['exp'],
    ...(issuer === null ? {} : { issuer }),
    ...(audience === null ? {} : { audience }),
  };
  const text = await readFile(keyFile, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new Error(`${keyFile}: ${EXPECTED_KEYS} (${code}).`);
  });
  if (text.includes('-----BEGIN PUBLIC KEY-----')) {
    const keys = new Map<string, Awaited<ReturnType<typeof importSPKI>>>();
    return async (token) => {
      const verified = await jwtVerify(
        token,
        async ({ alg = '' }) => {
          const key = keys.get(alg) ?? (await importSPKI(text, alg));
          keys.set(alg, key);
          return key;
        },
        options,
      );
      return verified.payload;
    };
  }
  const keySet = createLocalJWKSet(readKeySet(text, keyFile));
  return async (token) => (await jwtVerify(token, keySet, options)).payload;
}

const keySetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

function readKeySet(text: string, file: string): JSONWebKeySet {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error(`${file}: ${EXPECTED_KEYS}.`);
  }
  const set = typeof json === 'object' && json !== null && 'kty' in json ? { keys: [json] } : json;
  const parsed = keySetSchema.safeParse(set);
  if (!parsed.success) throw new Error(`${file}: expected a JWKS, { "keys": [ { "kty": … } ] }.`);
  return parsed.data;
}
