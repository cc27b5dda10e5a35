import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changeConsent, CLOCK_STEP_MS } from '../../../subgraphs/consent/changeConsent.ts';
import { openDatabase } from '../../../subgraphs/consent/database.ts';
import type { OpenDatabase } from '../../../subgraphs/consent/database.ts';
import { lockSubject } from '../../../subgraphs/consent/events.ts';
import { createGrantedLease } from '../../../subgraphs/consent/grantedLease.ts';
import { openOutbox } from '../../../subgraphs/consent/outbox.ts';
import type { Deletion, Outbox } from '../../../subgraphs/consent/outbox.ts';
import { cacheOutbox } from '../../../subgraphs/consent/tables.ts';
import { startPostgres } from './startPostgres.ts';
import { freshDataDir } from '../../freshDataDir.ts';

const postgres = await startPostgres();
const embedded = await openDatabase({ dataDir: await freshDataDir() });
afterAll(async () => {
  await postgres?.stop();
  await embedded.close();
});

const stores = [
  { name: 'PGlite', open: async () => ({ ...embedded, close: async () => await Promise.resolve() }) },
  ...(postgres === null
    ? []
    : [
        {
          name: 'PostgreSQL',
          open: async () => await openDatabase({ databaseUrl: await postgres.createDatabase() }),
        },
      ]),
];

/** Within this, what the relay has to do is done: taken rows fall due after a second. */
const SOON = { timeout: 20_000, interval: 50 };
const LEASE_MS = 30_000;

describe.each(stores)('on $name', ({ open }) => {
  let store: OpenDatabase;
  let outboxes: Outbox[];
  let errors: unknown[];
  /** Batches that Redis was asked to delete. */
  let asked: (readonly string[])[];
  let answer: (subjects: readonly string[]) => Promise<Deletion>;

  beforeEach(async () => {
    store = await open();
    await store.database.delete(cacheOutbox);
    outboxes = [];
    errors = [];
    asked = [];
    answer = async () => await Promise.resolve('effective');
  });
  afterEach(async () => {
    await Promise.all(outboxes.map(async ({ stop }) => await stop()));
    await store.close();
  });

  const start = (
    invalidate = async (subjects: readonly string[]) => {
      asked.push(subjects);
      return await answer(subjects);
    },
  ): Outbox => {
    const outbox = openOutbox({
      database: store.database,
      cache: { invalidate },
      onError: (error) => void errors.push(error),
    });
    outboxes.push(outbox);
    return outbox;
  };

  const lease = createGrantedLease({ cache: null, leaseMs: LEASE_MS, onError: () => undefined });

  const rows = async (): Promise<readonly string[]> =>
    (await store.database.select().from(cacheOutbox)).map(({ subject }) => subject);

  const change = async (outbox: Outbox, subject: string) =>
    await changeConsent(
      { database: store.database, outbox, leaseMs: LEASE_MS, lease },
      subject,
      async (transaction) => await lockSubject(transaction, subject),
    );

  test('a row goes once its deletion is acknowledged, and is not repeated', async () => {
    const outbox = start();
    expect((await change(outbox, 'user:1')).effectiveInMs).toBe(0);
    await expect.poll(rows, SOON).toEqual([]);
    const before = asked.length;
    await sleep(1_500);
    expect(asked).toHaveLength(before);
  });

  test.each(['effective', 'acknowledged', 'unacknowledged'] as const)(
    'an %s deletion is promised as such',
    async (deletion) => {
      answer = async () => await Promise.resolve(deletion);
      const { effectiveInMs } = await change(start(), 'user:1');
      expect(effectiveInMs).toBe(deletion === 'effective' ? 0 : LEASE_MS + CLOCK_STEP_MS);
    },
  );

  test('what is not acknowledged is repeated until Redis is back, and once then', async () => {
    let isBack = false;
    answer = async () => await Promise.resolve(isBack ? 'acknowledged' : 'unacknowledged');
    const outbox = start();
    await change(outbox, 'user:1');
    await change(outbox, 'user:2');
    await expect.poll(() => asked.length, SOON).toBeGreaterThan(3);
    expect((await rows()).toSorted()).toEqual(['user:1', 'user:2']);
    isBack = true;
    asked = [];
    await expect.poll(rows, SOON).toEqual([]);
    expect(asked.flat().toSorted()).toEqual(['user:1', 'user:2']);
  });

  test('an acknowledgement that comes late leaves a later write’s row alone', async () => {
    const late = Promise.withResolvers<Deletion>();
    const answers = [late.promise, Promise.resolve<Deletion>('unacknowledged')];
    let isBack = false;
    answer = async () => await (answers.shift() ?? Promise.resolve(isBack ? 'effective' : 'unacknowledged'));
    const outbox = start();
    const first = change(outbox, 'user:1');
    await expect.poll(() => asked.length, SOON).toBe(1);
    await change(outbox, 'user:1');
    late.resolve('effective');
    expect((await first).effectiveInMs).toBe(0);
    await expect.poll(rows, SOON).toEqual(['user:1']);
    await expect.poll(() => asked.length, SOON).toBeGreaterThan(2);
    expect(await rows()).toEqual(['user:1']);
    isBack = true;
    await expect.poll(rows, SOON).toEqual([]);
  });

  test('what an earlier instance left is taken up at the start, in batches', async () => {
    const left = Array.from({ length: 1_200 }, (_, index) => `user:${index % 1_100}`);
    await store.database.insert(cacheOutbox).values(left.map((subject) => ({ subject, dueAt: new Date(0) })));
    start();
    await expect.poll(rows, SOON).toEqual([]);
    expect(new Set(asked.flat())).toEqual(new Set(left));
    expect(Math.max(...asked.map((batch) => batch.length))).toBeLessThanOrEqual(500);
    expect(asked.every((batch) => new Set(batch).size === batch.length)).toBe(true);
  });

  test('several instances share the work, and take over from one that is stuck', async () => {
    const left = Array.from({ length: 2_000 }, (_, index) => `user:${index}`);
    await store.database.insert(cacheOutbox).values(left.map((subject) => ({ subject, dueAt: new Date(0) })));
    const stuck = Promise.withResolvers<Deletion>();
    const held: string[] = [];
    start(async (subjects) => {
      held.push(...subjects);
      return await stuck.promise;
    });
    await expect.poll(() => held.length, SOON).toBeGreaterThan(0);
    start();
    start();
    await expect.poll(rows, SOON).toEqual([]);
    const repeated = asked.flat();
    expect(new Set(repeated)).toEqual(new Set(left));
    // Not each by each of them: on a machine that halts for a second, some twice.
    expect(repeated.length).toBeLessThan(1.5 * left.length);
    stuck.resolve('unacknowledged');
  });

  test('a change that fails leaves no row, but a deletion: it might have been committed', async () => {
    const outbox = start();
    const failing = changeConsent(
      { database: store.database, outbox, leaseMs: LEASE_MS, lease },
      'user:1',
      async () => {
        throw new Error('changed my mind');
      },
    );
    await expect(failing).rejects.toThrow('changed my mind');
    expect(asked).toEqual([['user:1']]);
    expect(await rows()).toEqual([]);
  });

  test('a deletion that throws counts as not acknowledged', async () => {
    answer = async () => {
      throw new Error('no Redis');
    };
    expect((await change(start(), 'user:1')).effectiveInMs).toBe(LEASE_MS + CLOCK_STEP_MS);
    expect(await rows()).toEqual(['user:1']);
    expect(errors).toContainEqual(new Error('no Redis'));
  });

  test('once stopped, nothing is repeated any more', async () => {
    answer = async () => await Promise.resolve('unacknowledged');
    const outbox = start();
    await change(outbox, 'user:1');
    await expect.poll(() => asked.length, SOON).toBeGreaterThan(1);
    await outbox.stop();
    const before = asked.length;
    await sleep(1_500);
    expect(asked).toHaveLength(before);
    expect(await rows()).toEqual(['user:1']);
  });

  test('stopping takes what was acknowledged with it', async () => {
    const outbox = start();
    await change(outbox, 'user:1');
    await outbox.stop();
    expect(await rows()).toEqual([]);
  });
});
