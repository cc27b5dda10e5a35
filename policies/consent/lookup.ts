import DataLoader from 'dataloader';
import type { CacheStats, ConsentCache } from './cache.ts';
import { guardSource, type GuardOptions, type GuardStats } from './source/guardedSource.ts';
import { createSharedReads, type ReadStates } from './sharedReads.ts';
import { ConsentUnavailableError, MAX_SUBJECT_LENGTH, type ConsentSource } from './source/source.ts';
import type { ConsentState, SubjectState } from './state.ts';

/** Finds out what data subjects permit, for the requests of one gateway. */
export interface ConsentLookup {
  /** A reader for one request: what it has loaded once it does not load again. */
  readonly forRequest: () => ConsentReader;
  readonly stats: () => ConsentStats;
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
 * `timeoutMs`: of one batch, waiting included, and of one read of the source. `guard`: bounds what the source has to
 * bear. `onError`: is told why states were unavailable, without values.
 */
export interface ConsentLookupOptions {
  readonly source: ConsentSource | null;
  readonly cache: ConsentCache | null;
  readonly timeoutMs: number;
  readonly guard?: Omit<GuardOptions, 'timeoutMs'>;
  readonly onError?: (error: unknown) => void;
}

/** What became of reads; `null` where there is no source or no cache. */
export interface ConsentStats {
  readonly source: GuardStats | null;
  readonly cache: CacheStats | null;
}

/** Reads through the cache, bounded in number and time. Requests that ask about the same subjects share reads. */
export function createConsentLookup(options: ConsentLookupOptions): ConsentLookup {
  const { cache, timeoutMs } = options;
  const source =
    options.source === null ? null : guardSource(options.source, { ...options.guard, timeoutMs });
  const readStates = source === null ? null : sharedBy(source, cache);

  async function read(subjects: readonly string[]): Promise<States> {
    try {
      const asked = subjects.filter(
        (subject) => subject.length <= MAX_SUBJECT_LENGTH && source?.accepts(subject) === true,
      );
      if (readStates === null || asked.length === 0) return statesOf(subjects, []);
      return statesOf(subjects, await within(timeoutMs, async () => await readStates(asked)));
    } catch (error) {
      options.onError?.(error);
      return statesOf(subjects, []);
    }
  }

  async function loadBatch(lists: readonly (readonly string[])[]): Promise<readonly States[]> {
    const states = await read(lists.flat());
    return lists.map((subjects) => (lists.length === 1 ? states : only(subjects, states)));
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
    stats: () => ({ source: source?.stats() ?? null, cache: cache?.stats() ?? null }),
    close: async () => {
      await Promise.all([source?.close(), cache?.close()]);
    },
  };
}

/** Where there is a cache, it is what is shared that fills it: so that many who miss leave one marker. */
function sharedBy(source: ConsentSource, cache: ConsentCache | null): ReadStates {
  // No signal: a read that others may share is not given up because one leaves. It has the guard's time-out.
  if (cache === null) return createSharedReads(async (subjects) => (await source.read(subjects)).states);
  return cache.readThrough(async (missing) => await source.read(missing));
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
  const known = new Map(states.map((state) => [state.subject, state]));
  return new Map(
    subjects.map((subject) => {
      const state = known.get(subject);
      return [
        subject,
        state === undefined ? { kind: 'unavailable', subject } : { kind: 'known', subject, state },
      ];
    }),
  );
}

function only(subjects: readonly string[], states: States): States {
  return new Map(
    subjects.map((subject) => [subject, states.get(subject) ?? { kind: 'unavailable', subject }]),
  );
}

function stateIn(batches: readonly States[], subject: string): SubjectState | undefined {
  return batches.find((states) => states.has(subject))?.get(subject);
}

/** Rejects after `timeoutMs`; `work` goes on, since others may share it. */
async function within<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ConsentUnavailableError(`Consent states were not there after ${timeoutMs} ms.`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
