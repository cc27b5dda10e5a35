import type { JWTVerifyOptions } from 'jose';
import { ASYMMETRIC } from '../../policies/keys/keySet.ts';

/** What tokens must be, beside being signed. */
export interface TokenChecks {
  /** The `iss` that tokens must have. */
  readonly issuer: string;
  /** The `aud` that tokens must have, alone or among others. */
  readonly audience: string;
  /** Signature algorithms that are taken, of `ASYMMETRIC`; default `ALGORITHMS`. */
  readonly algorithms?: readonly string[];
  /** How far clocks may be apart, in seconds, up to 300; default 30. */
  readonly clockSkewSeconds?: number;
}

/** The algorithms that are taken where none are named. */
export const ALGORITHMS: readonly (typeof ASYMMETRIC)[number][] = Object.freeze([
  'RS256',
  'PS256',
  'ES256',
  'ES384',
  'EdDSA',
  'Ed25519',
]);

export const CLOCK_SKEW_SECONDS = 30;
export const MAX_CLOCK_SKEW_SECONDS = 300;

/**
 * What `jose` is told to check.
 *
 * INVARIANT: only signatures by key pairs are taken, whatever is configured
 * (test/gateway/callers/tokensByAddress.test.ts).
 *
 * @throws an Error for a check that is missing, or that cannot be.
 */
export function verifyOptions({ issuer, audience, ...options }: TokenChecks): JWTVerifyOptions {
  // The library takes an empty text for no check.
  for (const [name, value] of Object.entries({ issuer, audience })) {
    if (!value) throw new Error(`Tokens of any ${name} would be accepted; expected an ${name}.`);
  }
  const { algorithms = ALGORITHMS, clockSkewSeconds = CLOCK_SKEW_SECONDS } = options;
  const wrong = algorithms.filter((name) => !ASYMMETRIC.some((known) => known === name));
  if (wrong.length > 0 || algorithms.length === 0) {
    throw new Error(
      `Algorithms of tokens: expected some of ${ASYMMETRIC.join(', ')}, which sign by key pairs.`,
    );
  }
  if (!(clockSkewSeconds >= 0 && clockSkewSeconds <= MAX_CLOCK_SKEW_SECONDS)) {
    throw new Error(`Clock skew of tokens: expected seconds, from 0 to ${MAX_CLOCK_SKEW_SECONDS}.`);
  }
  return {
    issuer,
    audience,
    algorithms: [...algorithms],
    clockTolerance: clockSkewSeconds,
    requiredClaims: ['exp'],
  };
}
