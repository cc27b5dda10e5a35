import { NEVER_EFFECTIVE } from './clusterNode.ts';
import type { CacheStore } from './cacheStore.ts';
import type { ConsentState } from '../state.ts';

/**
 * Options of `createClusterStore`. `storeOf`: the node that has the slot; `null`: nobody.
 * `onUnowned`: told that somebody asked for a slot that nobody has.
 */
export interface ClusterStoreOptions {
  readonly slotOf: (subject: string) => number;
  readonly storeOf: (slot: number) => CacheStore | null;
  readonly onUnowned: () => void;
  readonly ready: (timeoutMs: number) => Promise<boolean>;
  readonly close: () => void;
}

/** Subjects of one node, with their places in what was asked. */
interface Part {
  readonly store: CacheStore | null;
  readonly subjects: string[];
  readonly places: number[];
}

/** The nodes of a Cluster as one store: each is asked about its own subjects, all at once, and fails for them alone. */
export function createClusterStore(options: ClusterStoreOptions): CacheStore {
  function partsOf(subjects: readonly string[]): readonly Part[] {
    const parts = new Map<CacheStore | null, Part>();
    subjects.forEach((subject, place) => {
      const store = options.storeOf(options.slotOf(subject));
      let part = parts.get(store);
      if (part === undefined) parts.set(store, (part = { store, subjects: [], places: [] }));
      part.subjects.push(subject);
      part.places.push(place);
    });
    if (parts.has(null)) options.onUnowned();
    return [...parts.values()];
  }

  return {
    held: async (subjects) => {
      const found = subjects.map((): ConsentState | null => null);
      await Promise.all(
        partsOf(subjects).map(async ({ store, subjects: theirs, places }) => {
          const states = await store?.held(theirs);
          places.forEach((place, index) => (found[place] = states?.[index] ?? null));
        }),
      );
      return found;
    },

    mark: async (subjects) => {
      const marked = await Promise.all(
        partsOf(subjects).map(async ({ store, subjects: theirs, places }) => ({
          fill: (await store?.mark(theirs)) ?? null,
          places,
        })),
      );
      if (marked.every(({ fill }) => fill === null)) return null;
      return async ({ states, leaseMs }) => {
        await Promise.all(
          marked.map(async ({ fill, places }) => {
            const theirs = places.flatMap((place) => states[place] ?? []);
            await fill?.({ leaseMs, states: theirs });
          }),
        );
      };
    },

    remove: async (subjects) => {
      const removals = await Promise.all(
        partsOf(subjects).map(async ({ store, subjects: theirs }) =>
          store === null ? 'unacknowledged' : await store.remove(theirs),
        ),
      );
      // Never `effective`: replicas and former owners of a slot may still have what was deleted here.
      return removals.includes('unacknowledged') ? 'unacknowledged' : 'acknowledged';
    },

    ...NEVER_EFFECTIVE,
    ready: options.ready,
    close: options.close,
  };
}
