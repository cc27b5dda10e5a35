import { errors } from 'jose';
import { fetchKeySet, keyUrlOf } from './fetchKeySet.ts';
import type { KeySet } from './keySet.ts';
import { NoKeysError, type KeySource } from './keySource.ts';

/** Options of `openKeyUrl`. Times are in ms. */
export interface KeyUrlOptions {
  /** `https:`, or `http:` on loopback. */
  readonly url: string;
  /** How often the set is fetched: a key that was taken out is believed no longer; default 5 min. */
  readonly refreshMs?: number;
  /** Least time between two fetches, whatever tokens name; default 30 s. */
  readonly cooldownMs?: number;
  /** Of one fetch; default 5 s. */
  readonly timeoutMs?: number;
  /** How long a set is believed after it was asked for, where no newer one can be had; default 1 h. */
  readonly maxStaleMs?: number;
  /**
   * Told of each fetch that failed and each token that no keys were there for, and by what tokens are verified meanwhile.
   * The words are ours.
   */
  readonly onProblem?: (error: Error, meanwhile: 'last-keys' | 'no-keys') => void;
}

/** Default times, in ms. */
export const KEY_TIMES = Object.freeze({
  refreshMs: 300_000,
  cooldownMs: 30_000,
  timeoutMs: 5_000,
  maxStaleMs: 3_600_000,
});

interface Fetched {
  readonly keys: KeySet;
  /** When it was asked for, by both clocks: either may stand still, the one asleep and the other set back. */
  readonly steady: number;
  readonly wall: number;
}

/**
 * Opens a key set at an address: fetched at once, then in the background at intervals, and sooner where a token names
 * a key that is not known. A set that is empty or malformed replaces none. `jose`'s own, `createRemoteJWKSet`, keeps
 * no set while its source is down, knows no cool-down after failures, and takes an empty set.
 *
 * INVARIANT: keys are believed for `maxStaleMs` after they were asked for, and then nothing is accepted until others
 * are had (test/policies/keys/keyUrl.test.ts).
 *
 * @returns once the first fetch has ended, well or not: where it failed, nothing is accepted yet.
 * @throws an Error for an address or times that cannot be.
 */
export async function openKeyUrl({ onProblem, ...options }: KeyUrlOptions): Promise<KeySource> {
  const url = keyUrlOf(options.url);
  const { refreshMs, cooldownMs, timeoutMs, maxStaleMs } = checkTimes({ ...KEY_TIMES, ...options });
  const closing = new AbortController();
  let last: Fetched | null = null;
  let problem: string | null = null;
  let attempted = -Infinity;
  let fetching: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;

  const failed = (error: unknown): void => {
    const known = error instanceof Error ? error : new Error('The keys could not be had.');
    problem = known.message;
    onProblem?.(known, current() === null ? 'no-keys' : 'last-keys');
  };

  const fetchOnce = async (): Promise<void> => {
    clearTimeout(timer);
    attempted = performance.now();
    const asked = { steady: attempted, wall: Date.now() };
    try {
      const keys = await fetchKeySet(url, { timeoutMs, signal: closing.signal });
      // The same keys stay the same set: what was verified by them need not be verified again.
      last = { keys: last?.keys.name === keys.name ? last.keys : keys, ...asked };
      problem = null;
    } catch (error) {
      if (!closing.signal.aborted) failed(error);
    }
    if (closing.signal.aborted) return;
    timer = setTimeout(() => void refresh(), problem === null ? refreshMs : Math.min(cooldownMs, refreshMs));
    timer.unref();
  };

  /** Never rejects. Who asks while a fetch is under way waits for that one. */
  const refresh = async (): Promise<void> => {
    fetching ??= fetchOnce().finally(() => (fetching = null));
    await fetching;
  };

  const look = async (): Promise<void> => {
    if (fetching !== null || performance.now() - attempted >= cooldownMs) await refresh();
  };

  const current = (): KeySet | null => {
    if (last === null) return null;
    const age = Math.max(performance.now() - last.steady, Date.now() - last.wall);
    return age < maxStaleMs ? last.keys : null;
  };

  const currentOrNewer = async (): Promise<KeySet> => {
    if (current() === null) await look();
    const keys = current();
    if (keys !== null) return keys;
    const error = new NoKeysError(`${url.origin}${url.pathname}: no keys, so that no token is accepted.`);
    onProblem?.(error, 'no-keys');
    throw error;
  };

  await refresh();
  return {
    current,
    async verify(token, verifying) {
      const keys = await currentOrNewer();
      try {
        return await keys.verify(token, verifying);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        await look();
        const newer = await currentOrNewer();
        if (newer === keys) throw error;
        return await newer.verify(token, verifying);
      }
    },
    problem: () => problem ?? (current() === null ? 'no keys' : null),
    close() {
      closing.abort();
      clearTimeout(timer);
    },
  };
}

type Times = Readonly<Record<keyof typeof KEY_TIMES, number>>;

const LONGEST_MS = 7 * 24 * 3_600_000;

function checkTimes(times: Times): Times {
  for (const name of ['refreshMs', 'cooldownMs', 'timeoutMs', 'maxStaleMs'] as const) {
    const value = times[name];
    if (!Number.isInteger(value) || value < 1 || value > LONGEST_MS) {
      throw new Error(`${name}: expected whole milliseconds, from 1 to ${LONGEST_MS}.`);
    }
  }
  if (times.maxStaleMs < times.refreshMs) {
    throw new Error(
      'maxStaleMs: expected no less than refreshMs; keys would be given up before they are renewed.',
    );
  }
  return times;
}
