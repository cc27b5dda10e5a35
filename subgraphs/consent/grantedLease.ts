import type { ConsentCache } from '../../policies/consent/cache.ts';

/** What granting leases depends on. `cache`: `null` where no writer takes states back. `onError`: is told why not. */
export interface GrantedLeaseOptions {
  readonly cache: Pick<ConsentCache, 'place' | 'reaches' | 'confirm'> | null;
  readonly leaseMs: number;
  readonly onError: (error: Error) => void;
}

/** For how long gateways may keep what they are told, and whether some of them keep it elsewhere. */
export interface GrantedLease {
  /** In ms, by where the gateway says that it keeps it (`ConsentCache.place`). */
  readonly at: (keptAt: string | null) => number;
  /**
   * Whether a gateway said of late that it keeps states where no deletion of ours reaches them. It was granted nothing
   * here, but perhaps by another instance, with other settings.
   */
  readonly isKeptElsewhere: () => boolean;
}

/** How long a gateway that keeps states elsewhere is remembered. It may be that another instance answers it mostly. */
const REMEMBERED_MS = 600_000;
const SAID_EVERY_MS = 60_000;

/**
 * Grants leases.
 *
 * INVARIANT: what is kept where no deletion reaches it must not be promised to be gone at once: nobody may keep it.
 * Test: test/subgraphs/consent/grantedLease.test.ts.
 */
export function createGrantedLease({ cache, leaseMs, onError }: GrantedLeaseOptions): GrantedLease {
  let elsewhereUntil = -Infinity;
  let silentUntil = -Infinity;
  let isAsking = false;

  /** A connection of ours that has gone silent is not the gateway's fault, and is noticed by asking alone. */
  async function isElsewhere(ours: string, theirs: string): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    const isConfirmed = (await cache?.confirm(ours)) ?? false;
    isAsking = false;
    if (!isConfirmed) return;
    const now = performance.now();
    elsewhereUntil = now + REMEMBERED_MS;
    if (now < silentUntil) return;
    silentUntil = now + SAID_EVERY_MS;
    onError(new KeptElsewhereError(difference(ours, theirs)));
  }

  return {
    at: (keptAt) => {
      if (cache === null) return 0;
      if (cache.reaches(keptAt)) return leaseMs;
      const ours = cache.place();
      if (ours !== null && keptAt !== null) void isElsewhere(ours, keptAt);
      return 0;
    },
    isKeptElsewhere: () => performance.now() < elsewhereUntil,
  };
}

/** A gateway keeps consents where no change deletes them. */
export class KeptElsewhereError extends Error {
  override readonly name = 'KeptElsewhereError';

  constructor(other: 'server' | 'database') {
    super(
      `Redis: a gateway keeps consents in another ${other} than this consent subgraph deletes from, so it may keep none, ` +
        'and each of its requests reads the consent subgraph. Give all the same REDIS_URL.',
    );
  }
}

function difference(ours: string, theirs: string): 'server' | 'database' {
  return ours.split('/')[0] === theirs.split('/')[0] ? 'database' : 'server';
}
