import type { Fault } from './nemesis/fault.ts';
import { FAULTS } from './nemesis/registry.ts';
import { TOPOLOGIES, type Topology } from './redisOf.ts';
import type { RoundOptions } from './runRound.ts';
import type { Store } from './world.ts';

/** What differs from round to round. */
export type RoundSettings = Omit<RoundOptions, 'folder' | 'seed' | 'forMs' | 'tell' | 'interrupted'>;

/** What a run is confined to; `null`: to nothing. */
export interface Confined {
  readonly topology: Topology | null;
  readonly store: Store | null;
  /** A part of the names of faults. */
  readonly only: string | null;
}

const SHORT_LEASE_MS = 3_000;
/** Longer than a round: whatever is right at its end is so because somebody has seen to it. */
const LONG_LEASE_MS = 120_000;

/** Within how long of calm all must be as before: Redis is found again, and the outbox has caught up. */
const SETTLE_MS = 8_000;

/** An ordinary round. */
export const USUAL: RoundSettings = {
  topology: 'single',
  store: 'postgres',
  leaseMs: SHORT_LEASE_MS,
  readers: 8,
  writers: 8,
  writerPauseMs: 200,
  quietMs: 0,
  settleMs: SETTLE_MS,
  faults: FAULTS,
  holdMs: [500, 5_000],
  calmMs: [300, 3_000],
  together: 0.3,
};

/** Calms that are long enough to see that all is as before. */
export const LONG = {
  leaseMs: LONG_LEASE_MS,
  quietMs: SETTLE_MS + 2_000,
  calmMs: [SETTLE_MS + 3_000, SETTLE_MS + 5_000],
} satisfies Partial<RoundSettings>;

const STORES: readonly Store[] = ['postgres', 'pglite'];

/** Rounds to go through one after the other, and then again. Throws where nothing is left of them. */
export function planRounds({ topology, store, only }: Confined): readonly RoundSettings[] {
  const faults = only === null ? FAULTS : FAULTS.filter(({ name }) => name.includes(only));
  if (faults.length === 0) throw new TypeError(`No fault has such a name. There are: ${namesOf(FAULTS)}`);
  const topologies = topology === null ? TOPOLOGIES : [topology];
  const stores = store === null ? STORES : [store];
  return stores.flatMap((each) =>
    topologies.flatMap((kind): readonly RoundSettings[] => {
      const round = { ...USUAL, faults, topology: kind, store: each };
      // Only a lone Redis promises more than its lease.
      return kind === 'single' ? [round, { ...round, ...LONG }] : [round];
    }),
  );
}

function namesOf(faults: readonly Fault[]): string {
  return faults.map(({ name }) => name).join('; ');
}
