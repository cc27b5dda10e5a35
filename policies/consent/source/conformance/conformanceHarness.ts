import type { ConsentSource } from '../source.ts';
import type { ConsentState } from '../../state.ts';

/**
 * How the consent system, or the way to it, behaves.
 * `hang`: takes the question and never answers. `down`: nothing listens. `failing`: says that it failed, as HTTP 500
 * does. `malformed`: answers what is not of its format. `cut-off`: ends in the middle of an answer. `oversized`: sends
 * more than anybody can hold, and lastly the answer. `replayed`: answers what it answered last to another question.
 */
export type SourceFault = 'hang' | 'down' | 'failing' | 'malformed' | 'cut-off' | 'oversized' | 'replayed';

/** What the conformance checks need: a consent source on a system that is there for nothing else. */
export interface ConformanceHarness {
  /** A new source, with its own time-out in ms and connections of its own. The checks close it. */
  readonly open: (options: { readonly timeoutMs: number }) => ConsentSource | Promise<ConsentSource>;
  /** A full subject id that the system takes, such as `user:` and the name. Names are of any characters. */
  readonly subject: (name: string) => string;
  /** The policy's key of the purpose that `give` and `withdraw` are about. */
  readonly purpose: string;
  /** Records that a subject gives consent to the purpose, for any recipient; ends when that is acknowledged. */
  readonly give: (subject: string) => Promise<unknown>;
  /** Records that they withdraw it; ends when that is acknowledged. */
  readonly withdraw: (subject: string) => Promise<unknown>;
  /** Makes the system behave so until the next call; `null`: well. `startFaultProxy` does that for HTTP. */
  readonly behave: (fault: SourceFault | null) => Promise<void>;
  /** The faults that `behave` can make; checks of others are left out. */
  readonly faults: readonly SourceFault[];
}

/** One thing that a consent source has to do. `run` rejects with an `Error` that says what it did instead. */
export interface ConformanceCheck {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Opens a source, does `work` with it and closes it. */
export async function withSource<T>(
  harness: ConformanceHarness,
  timeoutMs: number,
  work: (source: ConsentSource) => Promise<T>,
): Promise<T> {
  const source = await harness.open({ timeoutMs });
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}

/** Throws an `Error` with `message` unless `condition` holds. */
export function must(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

/** Whether consent to a purpose stands: its latest entry, and where two are of one time the stricter. */
export function isGiven({ entries }: ConsentState, purpose: string): boolean {
  const about = entries.filter((entry) => entry.purpose === purpose);
  const latest = Math.max(...about.map(({ at }) => at));
  const last = about.filter(({ at }) => at === latest);
  return last.length > 0 && last.every(({ state }) => state === 'GIVEN');
}

let runs = 0;

/** Names that no earlier check used, so that checks may run on one system in any order. */
export function freshNames(count: number): readonly string[] {
  const run = `${Date.now().toString(36)}-${(runs += 1)}`;
  return Array.from({ length: count }, (_, index) => `conformance-${run}-${index}`);
}
