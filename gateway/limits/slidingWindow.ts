import { LRUCache } from 'lru-cache';

/** Counts one. @returns 0 where it is within the limit, else how many ms to wait. What is refused is not counted. */
export type Take = (key: string) => number;

/** Options of `slidingWindow`. */
export interface SlidingWindowOptions {
  readonly limit: number;
  readonly windowMs: number;
  /** In ms, never going back; by default this process's. */
  readonly now?: () => number;
}

/** Keys that are counted at a time; the one that was not seen for longest is forgotten. */
const MAX_KEYS = 10_000;

interface Counts {
  readonly window: number;
  readonly count: number;
  readonly before: number;
}

/**
 * A sliding window in this process's memory: what was counted in the fixed window before counts by the part of it that
 * is still within reach, as if it had come evenly. Bursts at the edge of two windows do not pass twice.
 */
export function slidingWindow({ limit, windowMs, now = nowMs }: SlidingWindowOptions): {
  readonly take: Take;
  /** As `take`, without counting. */
  readonly look: (key: string) => number;
  /** Counts what has happened, whether within the limit or not. */
  readonly add: (key: string, amount: number) => void;
} {
  const counted = new LRUCache<string, Counts>({ max: MAX_KEYS });

  const at = (key: string, time: number): Counts => {
    const window = Math.floor(time / windowMs);
    const known = counted.get(key);
    if (known?.window === window) return known;
    const before = known?.window === window - 1 ? known.count : 0;
    return { window, count: 0, before };
  };
  const add = (key: string, amount: number): void => {
    const counts = at(key, now());
    counted.set(key, { ...counts, count: counts.count + amount });
  };
  const look = (key: string): number => {
    const time = now();
    const { count, before } = at(key, time);
    return waitFor({ limit, windowMs, elapsed: time % windowMs, count, before });
  };
  return {
    look,
    add,
    take(key) {
      const wait = look(key);
      if (wait === 0) add(key, 1);
      return wait;
    },
  };
}

/** How long until one more is within the limit, in ms; 0: now. `elapsed`: of the present window. */
export function waitFor(of: {
  readonly limit: number;
  readonly windowMs: number;
  readonly elapsed: number;
  readonly count: number;
  readonly before: number;
}): number {
  const { limit, windowMs, elapsed, count, before } = of;
  const room = limit - 1 - count;
  if (before * (1 - elapsed / windowMs) <= room) return 0;
  // In this window once enough of the one before is out of reach, or else in the next one.
  const inThis = room >= 0 ? windowMs * (1 - room / before) - elapsed : Infinity;
  const inNext = windowMs - elapsed + windowMs * Math.max(0, 1 - (limit - 1) / Math.max(1, count));
  return Math.max(1, Math.ceil(Math.min(inThis, inNext)));
}

function nowMs(): number {
  return performance.now();
}
