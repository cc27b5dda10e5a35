/** What becomes of a value, or of a whole request, under one policy: words of ours, without anything of a person. */
export type Outcome =
  `${'full' | 'masked' | 'denied' | 'perhaps full' | 'perhaps masked' | 'refused' | 'served'}${'' | ` ${string}`}`;

/** Whether a candidate would show more, less, or the same for another reason. `perhaps-more`: if the person permits. */
export type Direction = 'more' | 'perhaps-more' | 'less' | 'same';

/** What a candidate would change at one place for one client. */
export interface Change {
  /** `Type.field`; `(request)` where a whole request is concerned; `(others)` beyond what is kept apart. */
  readonly coordinate: string;
  /** Of either policy; `(unknown)` for any other. */
  readonly client: string;
  readonly from: Outcome;
  readonly to: Outcome;
  readonly direction: Direction;
}

/** A change with how often it would have happened. */
export interface CountedChange extends Change {
  /** Answers in which it would have. */
  readonly requests: number;
  /** Values of them. */
  readonly values: number;
}

/** Counts what a candidate would change. */
export interface Changes {
  /** Counts the changes of one answer, by how many values they are about, each as what the result says. */
  readonly add: (
    found: ReadonlyMap<string, { readonly change: Change; readonly values: number }>,
  ) => readonly {
    readonly change: Change;
    readonly values: number;
  }[];
  /** The most frequent first. */
  readonly list: () => readonly CountedChange[];
  readonly clear: () => void;
}

/** Changes that are kept apart: places of a schema times clients is much, and may be made more by whoever asks. */
const MAX_CHANGES = 2_000;

/** Creates the counts. */
export function createChanges(max = MAX_CHANGES): Changes {
  const counted = new Map<string, { change: Change; requests: number; values: number }>();

  const entryFor = (key: string, change: Change) => {
    const known = counted.get(key);
    if (known !== undefined) return known;
    if (counted.size < max) {
      const entry = { change, requests: 0, values: 0 };
      counted.set(key, entry);
      return entry;
    }
    const rest = { ...change, coordinate: '(others)', client: '(others)' };
    const restKey = keyOf(rest);
    const entry = counted.get(restKey) ?? { change: rest, requests: 0, values: 0 };
    counted.set(restKey, entry);
    return entry;
  };

  return {
    add(found) {
      return Array.from(found, ([key, { change, values }]) => {
        const entry = entryFor(key, change);
        entry.requests += 1;
        entry.values += values;
        return { change: entry.change, values };
      });
    },
    list: () =>
      Array.from(counted.values(), ({ change, requests, values }) => ({
        ...change,
        requests,
        values,
      })).toSorted((a, b) => b.values - a.values),
    clear: () => counted.clear(),
  };
}

/** Equal for equal changes. */
export function keyOf({ coordinate, client, from, to }: Change): string {
  return JSON.stringify([coordinate, client, from, to]);
}
