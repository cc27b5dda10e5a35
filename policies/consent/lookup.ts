import DataLoader from 'dataloader';
import type { ConsentCache } from './cache.ts';
import type { ConsentSource } from './source.ts';
import type { ConsentState, SubjectState } from './state.ts';

/** Finds out what data subjects permit, for the requests of one gateway. */
export interface ConsentLookup {
  /** A reader for one request: what it has loaded once it does not load again. */
  readonly forRequest: () => ConsentReader;
  /** Ends source and cache. */
  readonly close: () => Promise<void>;
}

/** Loads consent states within one request. Never rejects: what cannot be known is `unavailable`. */
export interface ConsentReader {
  /** Full subject ids to their states: each is in the answer. Calls in the same tick make one batch. */
  readonly load: (subjects: readonly string[]) => Promise<ReadonlyMap<string, SubjectState>>;
}

/**
 * Options of `createConsentLookup`.
 * `source`: `null` where none is configured, then everyone is `unavailable`; `cache`: `null` without Redis.
 * `timeoutMs`: of one batch, waiting included. `maxInFlight`: batches that read the source at a time, others
 * wait; default 64. `onError`: is told why states were unavailable, without values.
 */
export interface ConsentLookupOptions {
  readonly source: ConsentSource | null;
  readonly cache: ConsentCache | null;
  readonly timeoutMs: number;
  readonly maxInFlight?: number;
  readonly onError?: (error: unknown) => void;
}

const DEFAULT_MAX_IN_FLIGHT = 64;

/** Reads through the cache, bounded in number and time. */
export function createConsentLookup(options: ConsentLookupOptions): ConsentLookup {
  const { source, cache, timeoutMs } = options;
  const inTurn = createTurnstile(options.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT);

  async function readStates(
    from: ConsentSource,
    subjects: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly ConsentState[]> {
    const readSource = async (missing: readonly string[]) =>
      await inTurn(signal, async () => await from.read(missing, signal));
    return cache === null ? (await readSource(subjects)).states : await cache.read(subjects, readSource);
  }

  // INVARIANT: whatever is missing, late, thrown or about someone else is `unavailable`, never a state.
  // Test: test/policies/consent/lookup.test.ts, "unavailable".
  async function loadBatch(subjects: readonly string[]): Promise<readonly SubjectState[]> {
    const states =
      source === null
        ? []
        : await within(timeoutMs, async (signal) => await readStates(source, subjects, signal)).catch(
            (error: unknown) => {
              options.onError?.(error);
              return [];
            },
          );
    return subjects.map((subject, index) => {
      const state = states[index];
      return state?.subject === subject
        ? { kind: 'known', subject, state }
        : { kind: 'unavailable', subject };
    });
  }

  return {
    forRequest: () => {
      const loader = new DataLoader<string, SubjectState>(loadBatch);
      return {
        load: async (subjects) => {
          const unique = [...new Set(subjects)];
          const states = await loader.loadMany(unique);
          return new Map(
            unique.map((subject, index): [string, SubjectState] => {
              const state = states[index];
              const missing = state === undefined || state instanceof Error;
              return [subject, missing ? { kind: 'unavailable', subject } : state];
            }),
          );
        },
      };
    },
    close: async () => {
      await Promise.all([source?.close(), cache?.close()]);
    },
  };
}

/** Rejects after `timeoutMs` even if `work` pays no heed to its signal. */
async function within<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`Consent states were not there after ${timeoutMs} ms.`);
      controller.abort(error);
      reject(error);
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

type Turnstile = <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

/** Lets `limit` pieces of work run at a time; the others wait in line until their signal aborts. */
function createTurnstile(limit: number): Turnstile {
  let free = limit;
  const line = new Set<() => void>();

  async function enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        line.delete(go);
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        line.delete(go);
        reject(new Error('Too many reads of the consent source are under way.'));
      };
      line.add(go);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Hands the place to the first in line, who therefore need not find one free. */
  function pass(): void {
    const [first] = line;
    if (first === undefined) free += 1;
    else first();
  }

  return async (signal, work) => {
    await enter(signal);
    try {
      return await work();
    } finally {
      pass();
    }
  };
}
