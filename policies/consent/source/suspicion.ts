/** Tells whether failures speak against the source or against one subject. */
export interface Suspicion {
  /** Notes a failed read; `false` if it and those before it all were about one same subject. */
  readonly concernsAll: (subjects: readonly string[]) => boolean;
}

const REMEMBERED = 5;

/** Remembers the latest failures. */
export function createSuspicion(): Suspicion {
  const latest: ReadonlySet<string>[] = [];
  return {
    concernsAll: (subjects) => {
      latest.push(new Set(subjects));
      if (latest.length > REMEMBERED) latest.shift();
      return !subjects.some((subject) => latest.every((failed) => failed.has(subject)));
    },
  };
}
