import type { ConsentCache } from '../../policies/consent/cache.ts';

/** What granting a lease depends on. `cache`: `null` where no writer takes states back. `onError`: is told why not. */
export interface GrantedLeaseOptions {
  readonly cache: Pick<ConsentCache, 'place' | 'reaches'> | null;
  readonly leaseMs: number;
  readonly onError: (error: Error) => void;
}

/**
 * For how long a gateway may keep what it is told, by where it says that it keeps it (`ConsentCache.place`), in ms.
 *
 * INVARIANT: what is kept where no deletion reaches it must not be promised to be gone at once: nobody may keep it.
 * Test: test/subgraphs/consent/grantedLease.test.ts.
 */
export function grantedLease({
  cache,
  leaseMs,
  onError,
}: GrantedLeaseOptions): (keptAt: string | null) => number {
  let told: string | null = null;
  return (keptAt) => {
    if (cache === null) return 0;
    if (cache.reaches(keptAt)) return leaseMs;
    const ours = cache.place();
    // Where one of both has just lost its Redis, there is nothing to mend.
    if (ours !== null && keptAt !== null && keptAt !== told) {
      told = keptAt;
      onError(new KeptElsewhereError(difference(ours, keptAt)));
    }
    return 0;
  };
}

/** A gateway keeps consents where no change deletes them. */
export class KeptElsewhereError extends Error {
  override readonly name = 'KeptElsewhereError';

  constructor(difference: 'server' | 'database') {
    super(
      `Redis: a gateway keeps consents in another ${difference} than this consent subgraph deletes from, so it may ` +
        'keep none, and each of its requests reads the consent subgraph. Give both the same REDIS_URL.',
    );
  }
}

function difference(ours: string, theirs: string): 'server' | 'database' {
  return ours.split('/')[0] === theirs.split('/')[0] ? 'database' : 'server';
}
