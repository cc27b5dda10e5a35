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

  async function read(subjects: readonly string[]): Promise<readonly ConsentState[]> {
    if (source === null) return [];
    try {
      return await within(timeoutMs, async (signal) => await readStates(source, subjects, signal));
    } catch (error) {
      options.onError?.(error);
      return [];
    }
  }

  async function loadBatch(lists: readonly (readonly string[])[]): Promise<readonly States[]> {
    const states = await read(lists.flat());
    let first = 0;
    return lists.map((subjects) => {
      const theirs = states.slice(first, (first += subjects.length));
      return statesOf(subjects, theirs);
    });
  }

  return {
    forRequest: () => {
      // A list at a time: a promise for each of a thousand subjects would cost more than Redis does.
      const loader = new DataLoader(loadBatch, { cache: false });
      const batches: Batch[] = [];
      return {
        load: async (subjects) => {
          const fresh = new Set<string>();
          const known = new Set<Batch>();
          for (const subject of subjects) {
            const batch = batches.find((each) => each.subjects.has(subject));
            if (batch === undefined) fresh.add(subject);
            else known.add(batch);
          }
          if (fresh.size > 0) {
            const list = [...fresh];
            const batch = { subjects: fresh, states: loader.load(list).catch(() => statesOf(list, [])) };
            batches.push(batch);
            if (known.size === 0) return await batch.states;
            known.add(batch);
          }
          const found = await Promise.all([...known].map(async ({ states }) => await states));
          return new Map(
            subjects.map((subject) => [subject, stateIn(found, subject) ?? { kind: 'unavailable', subject }]),
          );
        },
      };
    },
    close: async () => {
      await Promise.all([source?.close(), cache?.close()]);
    },
  };
}

type States = ReadonlyMap<string, SubjectState>;

/** Subjects that one request asked about together. */
interface Batch {
  readonly subjects: ReadonlySet<string>;
  readonly states: Promise<States>;
}

// INVARIANT: whatever is missing, late, thrown or about someone else is `unavailable`, never a state.
// Test: test/policies/consent/lookup.test.ts, "unavailable".
function statesOf(subjects: readonly string[], states: readonly ConsentState[]): States {
  const found = new Map<string, SubjectState>();
  subjects.forEach((subject, index) => found.set(subject, stateOf(subject, states[index])));
  return found;
}

function stateIn(batches: readonly States[], subject: string): SubjectState | undefined {
  return batches.find((states) => states.has(subject))?.get(subject);
}

function stateOf(subject: string, state: ConsentState | undefined): SubjectState {
  return state?.subject === subject ? { kind: 'known', subject, state } : { kind: 'unavailable', subject };
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
