/** What a server has begun and not ended. */
export interface UnderWay {
  /** Runs `work`; what it gives. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
  /** Resolves once nothing is under way, at the latest after `timeoutMs`. */
  readonly ended: (timeoutMs: number) => Promise<void>;
}

/** Keeps count of work, so that what it needs is closed after it. */
export function createUnderWay(): UnderWay {
  let count = 0;
  let tell: (() => void) | null = null;
  return {
    async run(work) {
      count += 1;
      try {
        return await work();
      } finally {
        count -= 1;
        if (count === 0) tell?.();
      }
    },
    async ended(timeoutMs) {
      if (count === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        tell = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}
