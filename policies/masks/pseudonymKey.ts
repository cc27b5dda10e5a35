import { createSecretKey } from 'node:crypto';
import type { PseudonymKey } from './mask.ts';

/** A named secret for pseudonyms as it is given: 32 random bytes or more. */
export interface PseudonymSecret {
  readonly id: string;
  readonly secret: Uint8Array;
}

/** The key that a secret is; `null` where there is none, and pseudonyms show the constant. */
export function pseudonymKeyOf(given: PseudonymSecret | undefined): PseudonymKey | null {
  return given === undefined ? null : { id: given.id, secret: createSecretKey(given.secret) };
}
