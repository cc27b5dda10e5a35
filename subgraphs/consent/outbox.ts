import { setTimeout as sleep } from 'node:timers/promises';
import { asc, inArray, lte, sql } from 'drizzle-orm';
import type { ConsentCache } from '../../policies/consent/cache.ts';
import type { ConsentDatabase, ConsentTransaction } from './database.ts';
import { cacheOutbox } from './tables.ts';

/** What became of a deletion: see `ConsentCache.invalidate`. */
export type Deletion = Awaited<ReturnType<ConsentCache['invalidate']>>;

/** Names one write's row in the outbox. */
export type OutboxRow = number;

/**
 * The transactional outbox of the cache. Each write leaves a row in its own transaction, and deletes the subject's
 * cached state after the commit. A row goes once Redis has acknowledged a deletion that was sent after the row's
 * commit; until then a relay repeats the deletion. It carries no state, so however late and often it comes, it costs
 * a read of the source and nothing else.
 */
export interface Outbox {
  /** Within a writer's transaction. */
  readonly add: (transaction: ConsentTransaction, subject: string) => Promise<OutboxRow>;
  /** After the commit; `null`: where it is not known whether there was one. Never throws. */
  readonly send: (subject: string, row: OutboxRow | null) => Promise<Deletion>;
  /** Ends the relay and waits for it. What is left is repeated at the next start. */
  readonly stop: () => Promise<void>;
}

/**
 * Options of `openOutbox`. `onError`: is told of failures, which may quote values: log their names and codes.
 */
export interface OutboxOptions {
  readonly database: ConsentDatabase;
  readonly cache: Pick<ConsentCache, 'invalidate'>;
  readonly onError: (error: unknown) => void;
}

/** Rows that a relay takes up at once. */
const BATCH = 500;
/** For so long a row is for the one relay that took it up, as it is at first for its writer (`due_at`). */
const TAKEN_MS = 1_000;
/** Between looks at an outbox with nothing to do in it. */
const IDLE_MS = 500;
const FIRST_RETRY_MS = 100;
/** So Redis has every deletion at the latest this, `TAKEN_MS` and `IDLE_MS` after it is back, per batch. */
const LAST_RETRY_MS = 2_000;

/** Starts the relay, which any number of instances may have on one database. */
export function openOutbox({ database, cache, onError }: OutboxOptions): Outbox {
  const stopping = new AbortController();
  /** Rows whose deletion was acknowledged to their writers. */
  const acknowledged = new Set<OutboxRow>();

  async function invalidate(subjects: readonly string[]): Promise<Deletion> {
    try {
      return await cache.invalidate(subjects);
    } catch (error) {
      onError(error);
      return 'unacknowledged';
    }
  }

  async function remove(rows: readonly OutboxRow[]): Promise<void> {
    if (rows.length === 0) return;
    // INVARIANT: an acknowledgement removes the rows that were there before its deletion was sent, and no later
    // write's. Test: test/subgraphs/consent/outbox.test.ts, "a later write's".
    await database.delete(cacheOutbox).where(inArray(cacheOutbox.id, [...rows]));
  }

  /** Takes rows up that are nobody else's for now. A relay that dies has them taken up by another soon. */
  async function takeUp(): Promise<readonly { readonly id: OutboxRow; readonly subject: string }[]> {
    const due = database.$with('due').as(
      database
        .select({ id: cacheOutbox.id })
        .from(cacheOutbox)
        .where(lte(cacheOutbox.dueAt, sql`clock_timestamp()`))
        .orderBy(asc(cacheOutbox.id))
        .limit(BATCH)
        .for('update', { skipLocked: true }),
    );
    return await database
      .with(due)
      .update(cacheOutbox)
      .set({ dueAt: sql`clock_timestamp() + ${TAKEN_MS} * interval '1 millisecond'` })
      .where(inArray(cacheOutbox.id, database.select({ id: due.id }).from(due)))
      .returning({ id: cacheOutbox.id, subject: cacheOutbox.subject });
  }

  async function forgetAcknowledged(): Promise<void> {
    const rows = [...acknowledged].slice(0, BATCH);
    await remove(rows);
    for (const row of rows) acknowledged.delete(row);
  }

  async function relay(): Promise<'idle' | 'busy' | 'failed'> {
    try {
      await forgetAcknowledged();
      const rows = await takeUp();
      if (rows.length === 0) return acknowledged.size > 0 ? 'busy' : 'idle';
      const deletion = await invalidate([...new Set(rows.map(({ subject }) => subject))]);
      // INVARIANT: a row stays until a deletion has been acknowledged.
      // Test: test/subgraphs/consent/outbox.test.ts, "until Redis is back".
      if (deletion === 'unacknowledged') return 'failed';
      await remove(rows.map(({ id }) => id));
      return 'busy';
    } catch (error) {
      onError(error);
      return 'failed';
    }
  }

  async function run(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!stopping.signal.aborted) {
      const outcome = await relay();
      if (outcome === 'busy') retryMs = FIRST_RETRY_MS;
      if (outcome === 'idle') await pause(IDLE_MS);
      if (outcome === 'failed') {
        await pause(retryMs);
        retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
      }
    }
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, null, { signal: stopping.signal }).catch(() => undefined);
  }

  const running = run();
  return {
    add: async (transaction, subject) => {
      const [row] = await transaction
        .insert(cacheOutbox)
        .values({ subject })
        .returning({ id: cacheOutbox.id });
      if (row === undefined) throw new Error('The consent store returned no row for an insert.');
      return row.id;
    },
    send: async (subject, row) => {
      const deletion = await invalidate([subject]);
      if (row !== null && deletion !== 'unacknowledged') acknowledged.add(row);
      return deletion;
    },
    stop: async () => {
      stopping.abort();
      await running;
      await forgetAcknowledged().catch(onError);
    },
  };
}
