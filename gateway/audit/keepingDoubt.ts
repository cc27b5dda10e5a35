import type { AuditSink } from './auditSink.ts';

/** Knows whether lines are being kept, as far as those should know who choose where requests are sent. */
export interface KeepingDoubt {
  /** Whether a line could not be kept, and nothing has shown since that one could. */
  readonly isInDoubt: () => boolean;
  /** Lines were kept. */
  readonly kept: () => void;
  /** Lines could not be kept. */
  readonly failed: () => void;
  /** Nothing is tried any more. */
  readonly close: () => void;
}

/** After how long it is tried anew, in ms, and the longest that a failed trial puts off the next one. */
const AGAIN_MS = 1_000;
const LONGEST_MS = 60_000;

/**
 * Creates the doubt of one record, of which there is none at first.
 *
 * Once requests go elsewhere no line is written that could show that lines are kept again. A doubt that time alone ended
 * would bring them back to a disk that is as full as before, and each return costs them their answers. So it ends with an
 * attempt of the sink's, once a second, which costs nobody anything; or with a line of a request that came all the same.
 *
 * An attempt does not prove everything, and a sink may have none. So its success is a trial, as of a circuit breaker that
 * is half open: where the next line fails, the doubt lasts twice as long as before, at most a minute, until a line is kept.
 *
 * @param attempt the sink's; `null`: it has none, and time alone brings about a trial.
 */
export function createKeepingDoubt(attempt: NonNullable<AuditSink['attempt']> | null): KeepingDoubt {
  let state: 'sure' | 'in-doubt' | 'on-trial' = 'sure';
  let lastsMs = AGAIN_MS;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;
  /** Lines that were or were not kept: what an attempt shows is older than they are. */
  let told = 0;

  function again(ms: number): void {
    clearTimeout(timer ?? undefined);
    if (!isClosed) timer = setTimeout(() => void tryNow(), ms).unref();
  }

  /** Never rejects. */
  async function tryNow(): Promise<void> {
    const before = told;
    let isPossible = true;
    try {
      await attempt?.();
    } catch {
      isPossible = false;
    }
    if (state !== 'in-doubt') return;
    if (isPossible && told === before) state = 'on-trial';
    else again(AGAIN_MS);
  }

  return {
    isInDoubt: () => state === 'in-doubt',
    kept() {
      told += 1;
      state = 'sure';
      lastsMs = AGAIN_MS;
      clearTimeout(timer ?? undefined);
    },
    failed() {
      told += 1;
      // Of requests that were on their way.
      if (state === 'in-doubt') return;
      if (state === 'on-trial') lastsMs = Math.min(2 * lastsMs, LONGEST_MS);
      state = 'in-doubt';
      again(lastsMs);
    },
    close() {
      isClosed = true;
      clearTimeout(timer ?? undefined);
    },
  };
}
