import { readKeySet } from './keySet.ts';
import type { KeySource } from './keySource.ts';

/** Keys from a text that somebody reads anew. */
export interface HeldKeys extends KeySource {
  /**
   * Puts the keys of a new text in force, all at once.
   *
   * @throws an Error that says what was expected; the old ones then stay.
   */
  readonly replace: (text: string) => void;
}

/**
 * Holds the keys of a text, such as a file's.
 *
 * @param from the file, for messages.
 * @throws an Error that says what was expected.
 */
export function holdKeys(text: string, from: string): HeldKeys {
  let current = readKeySet(text, from);
  return {
    current: () => current,
    verify: async (token, options) => await current.verify(token, options),
    replace(next) {
      current = readKeySet(next, from);
    },
    problem: () => null,
    close: () => undefined,
  };
}
