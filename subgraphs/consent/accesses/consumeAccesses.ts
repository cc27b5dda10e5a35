import { setTimeout as sleep } from 'node:timers/promises';
import type { AccessStream, StreamEntry } from './accessStream.ts';
import type { ConsentDatabase } from '../database.ts';
import { keepAccesses, LineFailure, putAside } from './keepAccesses.ts';
import { createPartSize } from './partSize.ts';

/** Brings the gateways' access record from Redis into the database, as one of any number of instances. */
export interface AccessConsumer {
  /** Finishes what it is at, for two seconds at most. What is left is taken over by others, or at the next start. */
  readonly stop: () => Promise<void>;
}

/**
 * Options of `consumeAccesses`. `stream`: closed with the consumer. `onError`: is told once when something fails, and of
 * entries that were set aside, without what is in them.
 */
export interface AccessConsumerOptions {
  readonly database: ConsentDatabase;
  readonly stream: AccessStream;
  readonly onError: (error: unknown) => void;
}

/** Of one commit: what a slow database still writes within its statement time-out. A line may be longer by itself. */
const MOST_BYTES = 1_000_000;
const MOST_LINES = 200;
/** Failures in a row at the same line, while the database takes less, after which it is set aside. */
const MOST_FAILURES = 5;
/** After so long, entries are read anew: others take over what has been read for too long. */
const MOST_MS = 10_000;
/** Between looks for what other consumers have left behind. */
const TAKE_OVER_MS = 10_000;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;
const STOP_MS = 2_000;

/**
 * Starts consuming. It goes on whatever fails, until it is stopped. Where the database cannot manage what it is given it
 * is given half as much, down to one line; a line that it can never manage is set aside.
 */
export function consumeAccesses({ database, stream, onError }: AccessConsumerOptions): AccessConsumer {
  const stopping = new AbortController();
  let nextTakeOver = 0;
  let hasPending = false;
  const size = createPartSize(MOST_LINES);
  let failing = { id: '', times: 0 };

  async function round(): Promise<void> {
    // After a failure, what was read and not finished comes first.
    if (hasPending) {
      if (!(await finish(await stream.mine()))) hasPending = false;
    } else if (performance.now() >= nextTakeOver) {
      if (await finish(await stream.abandoned())) return;
      nextTakeOver = performance.now() + TAKE_OVER_MS;
      await stream.forget('the gone');
    } else {
      await finish(await stream.next());
    }
  }

  /** Gives whether there was anything. */
  async function finish(entries: readonly StreamEntry[]): Promise<boolean> {
    const start = performance.now();
    let next = 0;
    while (next < entries.length) {
      if (stopping.signal.aborted || performance.now() - start > MOST_MS) {
        hasPending = true;
        break;
      }
      const part = partOf(entries.slice(next), size.lines());
      // INVARIANT: an entry leaves the stream once the database has it.
      // Test: test/subgraphs/consent/accesses/consumeAccesses.test.ts, "not before".
      const aside = await keepPart(part);
      await stream.done(part.map(({ id }) => id));
      if (aside > 0)
        onError(new Error(`Redis held ${aside} entries that were set aside; see access_dead_letters.`));
      next += part.length;
    }
    return entries.length > 0;
  }

  async function keepPart(part: readonly StreamEntry[]): Promise<number> {
    try {
      const aside = await keepAccesses(database, part);
      size.managed(part.length);
      return aside;
    } catch (error) {
      size.failed(part.length);
      const [entry] = part;
      if (entry === undefined || part.length > 1 || !(error instanceof LineFailure)) throw error;
      failing = { id: entry.id, times: failing.id === entry.id ? failing.times + 1 : 1 };
      if (failing.times < MOST_FAILURES) throw error;
      return await putAside(database, entry, error.fault);
    }
  }

  async function run(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!stopping.signal.aborted) {
      try {
        await round();
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        hasPending = true;
        if (stopping.signal.aborted) return;
        if (retryMs === FIRST_RETRY_MS) onError(error);
        await sleep(retryMs, null, { signal: stopping.signal }).catch(() => undefined);
        retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
      }
    }
    // Where it cannot say so, others find it gone in an hour.
    if (!hasPending) await stream.forget('me').catch(() => undefined);
  }

  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await Promise.race([running, sleep(STOP_MS, null, { ref: false })]);
      // A command that is still waited for is given up with the connection; the database may be as silent.
      stream.close();
      await Promise.race([running, sleep(STOP_MS, null, { ref: false })]);
    },
  };
}

/** The first entries, one at least, that are no more than the database may be given at once. */
function partOf(entries: readonly StreamEntry[], mostLines: number): readonly StreamEntry[] {
  let bytes = 0;
  const end = entries.findIndex(({ payload }, index) => {
    bytes += payload?.byteLength ?? 0;
    return index > 0 && (index >= mostLines || bytes > MOST_BYTES);
  });
  return end === -1 ? entries : entries.slice(0, end);
}
