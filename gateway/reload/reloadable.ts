/** All that may be replaced while a gateway runs. */
export const RELOADED = Object.freeze([
  'policy',
  'candidate-policy',
  'supergraph',
  'token-keys',
  'context-key',
  'operations',
] as const);

/** One of them: a metric's label, and, with spaces, the words of log lines. */
export type Reloaded = (typeof RELOADED)[number];

/**
 * A file whose content may be replaced while the gateway runs: it is watched, read whole, checked, and put in force
 * at once or refused.
 */
export interface Reloadable {
  readonly what: Reloaded;
  readonly file: string;
  /** The text in force at first, so that no change is missed between loading and watching; `null`: none is. */
  readonly text: string | null;
  /**
   * Checks a new text as a whole and puts it in force, all of it at once: requests in flight finish on what they
   * began with. Where it throws, nothing has changed.
   *
   * @returns `pending` where it is not in force before something else agrees; whoever puts it in force then says so.
   * @throws an Error whose message may be logged: about the file, never a key or a value.
   */
  readonly replace: (text: string) => void | 'pending' | Promise<void | 'pending'>;
}
