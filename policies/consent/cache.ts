import type { CacheStore, Removal } from './redis/cacheStore.ts';
import { createStateDecoder } from './encoding.ts';
import { openCacheStore } from './redis/openCacheStore.ts';
import { parseRedisUrl } from './redis/redisUrl.ts';
import { createSharedReads } from './sharedReads.ts';
import type { ReadStates } from './sharedReads.ts';
import type { SourceAnswer } from './source/source.ts';
import { createSubjectKeys } from './redis/subjectKeys.ts';

/** Consent states shared between gateways in Redis. Failures of Redis show in time, never in answers. */
export interface ConsentCache {
  /**
   * A reader of the states of subjects, in their order: from Redis where it has them (one round trip for any number),
   * the others from `readSource`, once for all who ask at the same time. It throws only what that throws.
   */
  readonly readThrough: (readSource: ReadSource) => ReadStates;
  /** For writers, after the commit: makes what was read before it unusable, and says how far that is certain. */
  readonly invalidate: (subjects: readonly string[]) => Promise<Invalidation>;
  /** Names where states are kept, for a source to compare with where it deletes; `null`: nowhere for now. */
  readonly place: () => string | null;
  /**
   * For writers: whether what a reader keeps at its `place` may rest on `invalidate`. Where a deletion is never
   * `effective` it rests on its lease alone, wherever it is.
   */
  readonly reaches: (place: string | null) => boolean;
  /** Whether it is still so that states are kept at `place`, by asking Redis. */
  readonly confirm: (place: string) => Promise<boolean>;
  /** Waits until Redis is usable, at most `timeoutMs`; nobody needs to. */
  readonly ready: (timeoutMs: number) => Promise<boolean>;
  readonly stats: () => CacheStats;
  readonly close: () => Promise<void>;
}

export type ReadSource = (subjects: readonly string[]) => Promise<SourceAnswer>;

/**
 * `effective`: nothing older than the commit can be read from now on, which only a lone Redis can promise.
 * `acknowledged`: whoever is known to keep it has deleted it; a server that takes over may still have it, until its
 * lease ends.
 * `unacknowledged`: it may still be kept where it was, until its lease ends; to be repeated.
 */
export type Invalidation = Removal;

/** Totals since creation. `roundTrips` counts exchanges with servers of Redis. */
export interface CacheStats {
  readonly roundTrips: number;
  readonly hits: number;
  readonly misses: number;
  readonly sourceReads: number;
}

/**
 * Options of `createConsentCache`.
 * `redisUrl`: as `parseRedisUrl` reads it, the same for all gateways and the consent subgraph.
 * `keySecret`: at least 32 bytes, likewise the same. `onError`: is told of Redis failures, without values.
 */
export interface ConsentCacheOptions {
  readonly redisUrl: string;
  readonly keySecret: Uint8Array;
  readonly onError: (error: Error) => void;
}

const MIN_SECRET_BYTES = 32;

/*
 * How a withdrawn consent cannot come back (DESIGN §7):
 *
 *   reader:  MARK ────── read source ────── FILL
 *   writer:              commit ─ DEL entry, marker
 *
 * Two things are shown, and each rests on its own means.
 *
 * 1. Wherever it is kept: nothing is read that the source stopped saying more than L + ε ago, L the lease and ε the
 *    most that a server's clock steps back. No DEL is needed for it.
 *
 *    An entry is made of what the source said after the time t, and ends at t + L. Both times are told by one clock:
 *    keys hold the run id of the process that keeps them, MARK told t by that process's clock, and whoever reads the
 *    key reads it there. For that, a command with a run id must be executed by that run, or not at all:
 *    - a run id is forgotten with the connection that it was learnt on, commands are sent in the tick in which it is
 *      looked at, and none is queued, sent again or sent elsewhere;
 *    - no redirection of a Cluster is followed: a command that is refused has failed, and its subjects are read from
 *      the source. ASK would be the tempting one. It would leave the key of one node with the clock of another.
 *    So a replica that takes over, a server restarted from a snapshot and another server at the same address keep
 *    only what nobody asks for: it names the run of another process. A primary that is cut off from the others and
 *    still has gateways (or was frozen and goes on) reads and ends its entries by its own clock; it ends them as it
 *    would have, and what it is filled with then was just read from the source.
 *    A key may also leave its node and come back with its name: MIGRATE takes a slot's keys to another node, and
 *    back when the slot returns; fail-over hands them to a replica, and fail-back returns them. Replication, snapshots
 *    and append-only files carry the time at which a key ends. MIGRATE carries what is left of its life, measured
 *    before a transfer that may take as long as a frozen process, so it can return later than t + L. Hence, on a
 *    Cluster, entries say themselves when they end, and each read asks the node for its time before it asks for
 *    entries.
 *    A frozen reader changes nothing: t is older for it, so FILL comes too late or the entry ends the sooner.
 *
 * 2. On one standalone Redis without replicas: nothing is read that was read from the source before the DEL that the
 *    server acknowledged. (The state is gone at once: e = 0.)
 *
 *    A reader leaves a random marker before it reads the source, and stores what it read only if that very marker is
 *    still there. A writer deletes both after its commit. So what is stored was read after the last DEL before it,
 *    and every later DEL removes it. Whatever removes a marker (DEL, eviction, expiry, FLUSH) costs a refused fill
 *    and nothing else; versions compared at the store would be lost with the eviction. Readers may share a marker,
 *    since all of them read after it was set.
 *
 *    With Sentinels or a Cluster the same makes a withdrawal effective as a rule, but not as a promise. The DEL may
 *    reach the former owner while another has just taken over, with gateways that are on it already, or the reverse;
 *    a marker may leave with its slot, miss the DEL and return with it. Then 1 is what holds. `invalidate` says so.
 *
 * Entry and marker of a subject are in one slot, and what is done to them is done by one node in one script, or
 * refused: while a slot moves, what is no longer there is refused too (ASK, TRYAGAIN), which costs a read of the source.
 */

/** Throws `TypeError` for a URL that is not Redis's or a secret that is too short. Connects by itself. */
export function createConsentCache(options: ConsentCacheOptions): ConsentCache {
  if (options.keySecret.byteLength < MIN_SECRET_BYTES) {
    throw new TypeError(`The cache key secret must be at least ${MIN_SECRET_BYTES} bytes long.`);
  }
  const stats = { roundTrips: 0, hits: 0, misses: 0, sourceReads: 0 };
  const store: CacheStore = openCacheStore({
    place: parseRedisUrl(options.redisUrl),
    keys: createSubjectKeys(options.keySecret),
    decode: createStateDecoder(),
    onError: options.onError,
    onExchange: () => (stats.roundTrips += 1),
  });

  /** What is read here is read by all who asked for it before the marker was sent, and by nobody after. */
  const readMissing = (readSource: ReadSource): ReadStates =>
    createSharedReads(async (subjects) => {
      const fill = await store.mark(subjects);
      stats.sourceReads += 1;
      const answer = await readSource(subjects);
      if (answer.leaseMs > 0) await fill?.(answer);
      return answer.states;
    });

  return {
    readThrough: (readSource) => {
      const read = readMissing(readSource);
      return async (subjects) => {
        if (subjects.length === 0) return [];
        const found = await store.held(subjects);
        const missing = subjects.filter((_, index) => found[index] === null);
        stats.hits += subjects.length - missing.length;
        if (missing.length === 0) return found.filter((state) => state !== null);

        stats.misses += missing.length;
        const states = await read(missing);
        let next = 0;
        return found.flatMap((state) => state ?? states[next++] ?? []);
      };
    },

    invalidate: async (subjects) => (subjects.length === 0 ? 'acknowledged' : await store.remove(subjects)),
    place: store.place,
    reaches: store.reaches,
    confirm: store.confirm,
    ready: store.ready,
    stats: () => ({ ...stats }),
    close: async () => store.close(),
  };
}
