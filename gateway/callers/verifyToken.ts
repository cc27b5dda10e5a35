import { readFile } from 'node:fs/promises';
import {
  createLocalJWKSet,
  importSPKI,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyResult,
} from 'jose';
import { z } from 'zod';
import type { CallerClaims } from '../../policies/admit.ts';
import { refusal } from '../errors.ts';
import { rememberTokens, type Accepted } from './rememberTokens.ts';

/** What a verified token says of its bearer. */
export type TokenClaims = Omit<CallerClaims, 'purpose' | 'recipient'>;

/** Verifies one token. @throws a refusal with `UNAUTHENTICATED`, which does not say what was wrong. */
export type VerifyToken = (token: string) => Promise<TokenClaims>;

/** Options of `createTokenVerifier`. */
export interface TokenVerifierOptions {
  /** A JWKS as JSON, one JWK, or a PEM public key (SPKI). */
  readonly keyFile: string;
  /** The `iss` that tokens must have. */
  readonly issuer: string;
  /** The `aud` that tokens must have, alone or among others. */
  readonly audience: string;
}

/** Asymmetric ones alone: with `none` or an HMAC, whoever knows the public key could sign. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'];

/**
 * Access tokens (RFC 9068) and JWTs that do not say what for, compared as media types are. Others of the same
 * issuer and audience, such as a logout token or a proof of possession, are not for calling.
 */
const TYPES: readonly unknown[] = ['at+jwt', 'application/at+jwt', 'jwt', undefined];

const CLOCK_TOLERANCE_SECONDS = 30;

const EXPECTED_KEYS = 'expected a JWKS or JWK as JSON, or a PEM public key ("BEGIN PUBLIC KEY")';

const claims = z.object({
  exp: z.number(),
  client_id: z.string().min(1),
  end_user: z.string().min(1).optional(),
  act: z.object({ sub: z.string().min(1) }).optional(),
  ground: z.unknown().optional(),
  purposes: z.array(z.string()).optional(),
});

/**
 * Creates a verifier for tokens signed by a key in a local file. Claims: `client_id` (RFC 8693), `end_user` (a
 * subject id), `act.sub` (RFC 8693: who operates the client), `ground`, `purposes`. A token must expire. One that was
 * accepted is believed for a minute, as `rememberTokens` says.
 *
 * INVARIANT: what an issuer signed for another service, or for another use, calls nothing here
 * (test/gateway/callers/verifyToken.test.ts).
 *
 * @throws an Error that says what was expected of the file, or that issuer or audience is missing.
 */
export async function createTokenVerifier(options: TokenVerifierOptions): Promise<VerifyToken> {
  // The library takes an empty text for no check.
  for (const name of ['issuer', 'audience'] as const) {
    if (!options[name]) throw new Error(`Tokens of any ${name} would be accepted; expected an ${name}.`);
  }
  const verify = await signatureVerifier(options);
  return rememberTokens(async (token) => {
    try {
      return accepted(claims.parse(await verify(token)));
    } catch {
      throw refusal(
        'UNAUTHENTICATED',
        'The token was not accepted: expected one that is signed by a known key, unexpired, for this issuer and audience, with a client_id.',
      );
    }
  });
}

function accepted(payload: z.infer<typeof claims>): Accepted<TokenClaims> {
  return {
    claims: Object.freeze({
      client: payload.client_id,
      endUser: payload.end_user ?? null,
      actor: payload.act?.sub ?? null,
      ground: payload.ground ?? null,
      purposes: payload.purposes ?? null,
    }),
    expires: payload.exp * 1_000,
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
    issuer,
    audience,
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
      return payloadOf(verified);
    };
  }
  const keySet = createLocalJWKSet(readKeySet(text, keyFile));
  return async (token) => payloadOf(await jwtVerify(token, keySet, options));
}

/** The claims of a verified token whose type is one for calling. */
function payloadOf({ payload, protectedHeader: { typ } }: JWTVerifyResult): JWTPayload {
  if (TYPES.includes(typeof typ === 'string' ? typ.toLowerCase() : typ)) return payload;
  throw new Error('Expected an access token.');
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
