import type { CallerClaims } from '../../policies/admit.ts';

/** Who was identified, as context values say it. */
export interface Identified {
  readonly contextOf: (claims: CallerClaims) => object;
  /** `null`: nobody was. */
  readonly claimsIn: (context: object) => CallerClaims | null;
}

/** Keeps claims under a key that nobody else has: neither a client nor another part of a server can put any there. */
export function createIdentified(): Identified {
  const key: unique symbol = Symbol('claims');
  return {
    contextOf: (claims) => ({ [key]: claims }),
    claimsIn: (context: { readonly [key]?: CallerClaims }) => context[key] ?? null,
  };
}
