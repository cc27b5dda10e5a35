import { errors, type JWTVerifyResult } from 'jose';
import { refusal } from '../errors.ts';
import { compileClaimMapping, type ClaimMapping, type TokenClaims } from './claimMapping.ts';
import { rememberTokens, type Accepted } from './rememberTokens.ts';
import { verifyOptions, type TokenChecks } from './tokenChecks.ts';
import { openTokenKeys, type OpenedKeys, type TokenKeys } from './tokenKeys.ts';

/** Verifies one token. @throws a refusal with `UNAUTHENTICATED`, which does not say what was wrong. */
export type VerifyToken = (token: string) => Promise<TokenClaims>;

/** What verifies callers' tokens. */
export interface TokenVerifier {
  readonly verify: VerifyToken;
  /** The key file, for whoever watches it; `null` where keys are had from an address. */
  readonly file: OpenedKeys['file'];
  /** What is wrong with the keys at the moment, in words for a log; `null`: nothing. */
  readonly problem: () => string | null;
  /** Ends fetching. */
  readonly close: () => void;
}

/** Options of `createTokenVerifier`. */
export type TokenVerifierOptions = TokenChecks &
  TokenKeys & {
    /** Where tokens say who is calling. */
    readonly claims?: ClaimMapping;
  };

/**
 * Access tokens (RFC 9068) and JWTs that do not say what for, compared as media types are. Others of the same
 * issuer and audience, such as a logout token or a proof of possession, are not for calling.
 */
const TYPES: readonly unknown[] = ['at+jwt', 'application/at+jwt', 'jwt', undefined];

/** Characters of a token: what is longer is not worth a look. */
const MAX_TOKEN = 16_384;

/**
 * Creates a verifier for tokens that are signed by a key of a file or of a JWKS at an address. A token must expire. One
 * that was accepted is believed for a minute, as `rememberTokens` says, but not once its key set was replaced.
 *
 * INVARIANT: what an issuer signed for another service, or for another use, calls nothing here
 * (test/gateway/callers/verifyToken.test.ts).
 *
 * @throws an Error that says what was expected of the keys, or that a check is missing or cannot be.
 */
export async function createTokenVerifier(options: TokenVerifierOptions): Promise<TokenVerifier> {
  const checks = verifyOptions(options);
  const read = compileClaimMapping(options.claims);
  const { source, file } = await openTokenKeys(options);
  const verify = rememberTokens(async (token) => {
    try {
      if (token.length > MAX_TOKEN) throw new Error('The token is too long.');
      return accepted(await source.verify(token, checks), read);
    } catch (error) {
      throw refusal('UNAUTHENTICATED', NOT_ACCEPTED, {}, { why: whyNot(error) });
    }
  }, source.current);
  return { verify, file, problem: source.problem, close: source.close };
}

const NOT_ACCEPTED =
  'The token was not accepted: expected one that is signed by a known key, unexpired, for this issuer and audience, and says which client it is for.';

/** For whoever configures the checks: their own mistake looks like an attack otherwise. The library may quote the token. */
function whyNot(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'token: expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return CHECKED.has(error.claim)
      ? `token: ${error.claim} is not as expected`
      : 'token: a claim is not as expected';
  }
  if (error instanceof errors.JWKSNoMatchingKey) return 'token: signed by no known key';
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return 'token: its signature is not that of the key';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'token: its algorithm is not taken';
  return 'token: it cannot be read, does not say who is calling, or there are no keys';
}

const CHECKED: ReadonlySet<string> = new Set(['iss', 'aud', 'exp', 'nbf', 'iat']);

/** What a verified token says, where its type is one for calling. */
function accepted(
  { payload, protectedHeader: { typ } }: JWTVerifyResult,
  read: ReturnType<typeof compileClaimMapping>,
): Accepted<TokenClaims> {
  if (!TYPES.includes(typeof typ === 'string' ? typ.toLowerCase() : typ))
    throw new Error('Expected an access token.');
  // There is one, or it would not have been verified.
  return { claims: read(payload), expires: (payload.exp ?? 0) * 1_000 };
}
