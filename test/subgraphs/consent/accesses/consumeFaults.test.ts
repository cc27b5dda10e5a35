import { setTimeout as sleep } from 'node:timers/promises';
import { asc, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { AccessStream, StreamEntry } from '../../../../subgraphs/consent/accesses/accessStream.ts';
import { accessDeadLetters } from '../../../../subgraphs/consent/accesses/accessTables.ts';
import { consumeAccesses } from '../../../../subgraphs/consent/accesses/consumeAccesses.ts';
import { openDatabase } from '../../../../subgraphs/consent/database.ts';
import type { OpenDatabase } from '../../../../subgraphs/consent/database.ts';

const WAIT = { timeout: 30_000 };
const SAID = (entries: number) =>
  `Redis held ${entries} entries that were set aside; see access_dead_letters.`;

let store: OpenDatabase;
beforeAll(async () => {
  store = await openDatabase({});
});
afterAll(async () => await store.close());
beforeEach(async () => void (await store.database.execute(sql`truncate access_dead_letters`)));

interface Scene {
  readonly fresh?: readonly StreamEntry[];
  /** What `abandoned` gives, once: as XAUTOCLAIM does of entries that are deleted. */
  readonly abandoned?: readonly StreamEntry[];
  /** How often `done` fails before it does what it should. */
  readonly failures?: number;
}

const entry = (id: string, text: string | null): StreamEntry => ({
  id,
  payload: text === null ? null : Buffer.from(text),
});

/** Consumes a stream that is none of Redis, so that it fails just where it should; gives what is told and left. */
function consume({ fresh = [], abandoned = [], failures = 0 }: Scene) {
  const told: string[] = [];
  let [unread, pending, claimed, left] = [fresh, fresh.slice(0, 0), abandoned, failures];
  const stream: AccessStream = {
    next: async () => {
      const read = unread;
      [unread, pending] = [[], [...pending, ...read]];
      if (read.length === 0) await sleep(20);
      return read;
    },
    mine: async () => await Promise.resolve(pending),
    abandoned: async () => {
      const taken = claimed;
      claimed = [];
      return await Promise.resolve(taken);
    },
    done: async (ids) => {
      left -= 1;
      if (left >= 0) throw new Error('Redis failed: for the test');
      pending = await Promise.resolve(pending.filter(({ id }) => !ids.includes(id)));
    },
    forget: async () => await Promise.resolve(),
    close: () => undefined,
  };
  const onError = (error: unknown): void => void told.push(error instanceof Error ? error.message : '');
  const { stop } = consumeAccesses({ database: store.database, stream, onError });
  onTestFinished(stop);
  return { told, stop, isDone: () => unread.length === 0 && pending.length === 0 && left < 0 };
}

const reasons = async (): Promise<readonly string[]> =>
  (await store.database.select().from(accessDeadLetters).orderBy(asc(accessDeadLetters.entry))).map(
    ({ entry: id, reason }) => `${id} ${reason}`,
  );

const rows = [
  { name: 'once', failures: 0, expected: [SAID(2)] },
  {
    name: 'once, also where Redis fails after the commit',
    failures: 1,
    expected: [SAID(2), 'Redis failed: for the test'],
  },
  {
    name: 'once, also where Redis fails time and again',
    failures: 3,
    expected: [SAID(2), 'Redis failed: for the test'],
  },
];
test.each(rows)('what is set aside is told of $name', async ({ failures, expected }) => {
  const { told, isDone } = consume({ fresh: [entry('1-0', 'no line'), entry('2-0', 'nor this')], failures });
  await expect.poll(isDone, WAIT).toBe(true);
  expect(told).toEqual(expected);
  expect(await reasons()).toEqual(['1-0 NO_LINE', '2-0 NO_LINE']);
});

test('what was told to be set aside by a process that ended there is told again by the next', async () => {
  const first = consume({ fresh: [entry('1-0', 'no line')], failures: Infinity });
  await expect.poll(() => first.told, WAIT).toContain(SAID(1));
  await first.stop();
  const second = consume({ fresh: [entry('1-0', 'no line')] });
  await expect.poll(second.isDone, WAIT).toBe(true);
  expect(second.told).toEqual([SAID(1)]);
  expect(await reasons()).toEqual(['1-0 NO_LINE']);
});

test('that entries were cut off is on record also where the database fails first', async () => {
  await store.database.execute(sql`alter table access_dead_letters rename to hidden`);
  const { told } = consume({ abandoned: [entry('1-0', null), entry('2-0', null)] });
  await expect.poll(() => told.length, WAIT).toBeGreaterThan(0);
  await sleep(300);
  await store.database.execute(sql`alter table hidden rename to access_dead_letters`);
  await expect.poll(reasons, WAIT).toEqual(['1-0 CUT_OFF', '2-0 CUT_OFF']);
  // One by one, since more failed.
  await expect.poll(() => told.filter((each) => each === SAID(1)), WAIT).toHaveLength(2);
});
