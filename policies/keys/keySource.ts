import type { KeySet } from './keySet.ts';

/** Keys that may be replaced while tokens are checked with them. */
export interface KeySource {
  /** The set in force; `null` where there is none, or none that may still be believed. */
  readonly current: () => KeySet | null;
  /**
   * Checks a token by the set in force, after looking for a newer one where its key is not known.
   *
   * @throws what `KeySet.verify` throws; `NoKeysError` where there is no set.
   */
  readonly verify: KeySet['verify'];
  /** What is wrong at the moment, in words for a log; `null`: nothing. */
  readonly problem: () => string | null;
  readonly close: () => void;
}

/** There is no key to check anything with: nothing is accepted. */
export class NoKeysError extends Error {
  override readonly name = 'NoKeysError';
}
