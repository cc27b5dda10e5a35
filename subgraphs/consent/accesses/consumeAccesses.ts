import { setTimeout as sleep } from 'node:timers/promises';
import type { AccessStream, StreamEntry } from './accessStream.ts';
import type { ConsentDatabase } from '../database.ts';
import { keepAccesses, keepSuspect, LineFailure, putAside } from './keepAccesses.ts';
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
/** Failures at the same line, each right after the database took another, after which it is set aside. */
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
  let suspect = { id: '', times: 0 };
  /** Redis has forgotten that they were there, so until it is on record nobody else knows. */
  const cutOff = new Map<string, StreamEntry>();
  /** Of entries that are aside and may still come again. */
  const said = new Set<string>();

  async function round(): Promise<void> {
    // After a failure, what was read and not finished comes first.
    if (hasPending) {
      if (await finish([...cutOff.values(), ...(await stream.mine())])) return;
      hasPending = false;
      said.clear();
    } else if (performance.now() >= nextTakeOver) {
      const abandoned = await stream.abandoned();
      for (const entry of abandoned) if (entry.payload === null) cutOff.set(entry.id, entry);
      if (await finish(abandoned)) return;
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
      await keepPart(part);
      await stream.done(part.map(({ id }) => id));
      for (const { id } of part) said.delete(id);
      next += part.length;
    }
    return entries.length > 0;
  }

  async function keepPart(part: readonly StreamEntry[]): Promise<void> {
    const [entry, ...others] = part;
    const alone = entry !== undefined && others.length === 0 ? entry : null;
    try {
      if (alone !== null && alone.id === suspect.id) await keepSuspect(database, alone, tellAside);
      else await keepAccesses(database, part, tellAside);
      size.managed(part.length);
    } catch (error) {
      size.failed(part.length);
      if (alone === null) throw error;
      if (alone.id !== suspect.id) suspect = { id: alone.id, times: 0 };
      if (!(error instanceof LineFailure)) throw error;
      suspect.times += 1;
      if (suspect.times < MOST_FAILURES) throw error;
      await putAside(database, alone, error.fault, tellAside);
    }
    for (const { id } of part) cutOff.delete(id);
  }

  /** At the commit, since what comes after it may fail, and the next attempt finds nothing new. */
  function tellAside(ids: readonly string[]): void {
    const fresh = ids.filter((id) => !said.has(id));
    if (fresh.length === 0) return;
    for (const id of fresh) said.add(id);
    onError(new Error(`Redis held ${fresh.length} entries that were set aside; see access_dead_letters.`));
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
