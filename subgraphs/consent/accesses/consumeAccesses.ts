import { setTimeout as sleep } from 'node:timers/promises';
import type { AccessStream, StreamEntry } from './accessStream.ts';
import type { ConsentDatabase } from '../database.ts';
import { keepAccesses } from './keepAccesses.ts';

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

/** Between looks for what other consumers have left behind. */
const TAKE_OVER_MS = 10_000;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;
const STOP_MS = 2_000;

/** Starts consuming. It goes on whatever fails, until it is stopped. */
export function consumeAccesses({ database, stream, onError }: AccessConsumerOptions): AccessConsumer {
  const stopping = new AbortController();
  let nextTakeOver = 0;
  let hasPending = false;

  async function round(): Promise<void> {
    // After a failure, what was read and not finished comes first.
    if (hasPending) {
      hasPending = await finish(await stream.mine());
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
    if (entries.length === 0) return false;
    // INVARIANT: an entry leaves the stream once the database has it.
    // Test: test/subgraphs/consent/accesses/consumeAccesses.test.ts, "not before".
    const aside = await keepAccesses(database, entries);
    await stream.done(entries.map(({ id }) => id));
    if (aside > 0)
      onError(new Error(`Redis held ${aside} entries that are no lines; see access_dead_letters.`));
    return true;
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
