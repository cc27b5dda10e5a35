import { asc, sql } from 'drizzle-orm';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { RECORD_STREAM } from '../../../../policies/record/recordStream.ts';
import { accessDeadLetters, accessRecords } from '../../../../subgraphs/consent/accesses/accessTables.ts';
import { openAccessStream } from '../../../../subgraphs/consent/accesses/accessStream.ts';
import { consumeAccesses } from '../../../../subgraphs/consent/accesses/consumeAccesses.ts';
import type { AccessConsumer } from '../../../../subgraphs/consent/accesses/consumeAccesses.ts';
import { openDatabase } from '../../../../subgraphs/consent/database.ts';
import type { OpenDatabase } from '../../../../subgraphs/consent/database.ts';
import { startRedis } from '../../../harness.ts';
import type { RedisServer } from '../../../harness.ts';
import { startRedisCluster } from '../../../redisCluster.ts';
import { appendTo, createWriter, rivalOf, shown } from './recordLines.ts';
import { startPostgres } from '../startPostgres.ts';

const GROUP = 'sudare-consent';
const WAIT = { timeout: 30_000 };

const postgres = await startPostgres();
afterAll(async () => await postgres?.stop());

let redis: RedisServer;
let store: OpenDatabase;
let consumers: AccessConsumer[];
let told: string[];

beforeEach(async () => {
  redis = await startRedis();
  consumers = [];
  told = [];
});
afterEach(async () => {
  await Promise.all(consumers.map(async ({ stop }) => await stop()));
  await redis.stop();
});

function start(redisUrl = redis.url, abandonedMs = 30_000): AccessConsumer {
  const consumer = consumeAccesses({
    database: store.database,
    stream: openAccessStream({ redisUrl, abandonedMs }),
    onError: (error) => void told.push(error instanceof Error ? error.message : String(error)),
  });
  consumers.push(consumer);
  return consumer;
}

const kept = async (): Promise<readonly string[]> =>
  (
    await store.database
      .select()
      .from(accessRecords)
      .orderBy(asc(accessRecords.chain), asc(accessRecords.sequence))
  ).map(({ chain, sequence }) => `${chain} ${sequence}`);

const aside = async (): Promise<readonly { readonly reason: string; readonly text: string }[]> =>
  (await store.database.select().from(accessDeadLetters).orderBy(asc(accessDeadLetters.entry))).map(
    ({ reason, payload }) => ({ reason, text: Buffer.from(payload).toString() }),
  );

async function withRedis<T>(work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(redis.url);
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

const left = async (): Promise<number> => await withRedis(async (client) => await client.xlen(RECORD_STREAM));

/** The database runs out of time at statements of which `tooMuch` is true; `added`: their rows. */
async function slow(tooMuch: string): Promise<() => Promise<void>> {
  const { database } = store;
  await database.execute(
    sql.raw(`create or replace function too_slow() returns trigger language plpgsql as $$
      begin
        if (select ${tooMuch} from added) then raise exception 'slow' using errcode = '57014'; end if;
        return null;
      end $$`),
  );
  await database.execute(
    sql.raw(`create trigger too_slow after insert on access_records referencing new table as added
      for each statement execute function too_slow()`),
  );
  return async () => void (await database.execute(sql`drop trigger if exists too_slow on access_records`));
}

const stores = [
  { name: 'PGlite', open: async () => await openDatabase({}) },
  ...(postgres === null
    ? []
    : [
        {
          name: 'PostgreSQL',
          open: async () => await openDatabase({ databaseUrl: await postgres.createDatabase() }),
        },
      ]),
];

describe.each(stores)('the access record, into $name', ({ open }) => {
  let own: OpenDatabase;
  beforeAll(async () => {
    own = await open();
  });
  afterAll(async () => await own.close());
  beforeEach(async () => {
    store = own;
    // As no one else can.
    await store.database.execute(sql`alter table access_records disable trigger user`);
    await store.database.execute(sql`truncate access_records, access_dead_letters`);
    await store.database.execute(sql`alter table access_records enable trigger user`);
  });

  test('is taken from the stream, each line once, also what was there before anybody read it', async () => {
    const writer = createWriter();
    const lines = Array.from({ length: 450 }, (_, index) => writer.line({ groups: [shown([`r${index}`])] }));
    await appendTo(redis.url, lines.slice(0, 300));
    start();
    start();
    await appendTo(redis.url, [...lines.slice(300), ...lines.slice(100, 350)]);
    await expect.poll(left, WAIT).toBe(0);
    expect(await kept()).toHaveLength(450);
    expect(await aside()).toEqual([]);
    expect(told).toEqual([]);
    const [row] = await store.database
      .select()
      .from(accessRecords)
      .orderBy(asc(accessRecords.sequence))
      .limit(1);
    expect(row).toMatchObject({
      at: new Date('2026-05-01T00:00:00Z'),
      references: ['r0'],
      line: JSON.parse(lines[0] ?? '') as unknown,
    });
  });

  test('has what is no line set aside, and is not held up by it', async () => {
    const writer = createWriter();
    const [good, altered, replaced, last] = [writer.line(), writer.line(), writer.line(), writer.line()];
    const forged = altered.replace('"client":"support-desk"', '"client":"nobody"');
    const other = createWriter();
    const first = other.line();
    // Another line with the very same place.
    const rival = rivalOf(first);
    await appendTo(redis.url, [good, 'no JSON', forged, replaced, '{"chain":"x"}', first, rival, last]);
    await withRedis(async (client) => await client.xadd(RECORD_STREAM, '*', 'other', 'field'));
    start();
    await expect.poll(left, WAIT).toBe(0);
    expect(await kept()).toHaveLength(4);
    expect(await aside()).toEqual([
      { reason: 'NO_LINE', text: 'no JSON' },
      { reason: 'WRONG_HASH', text: forged },
      { reason: 'NO_LINE', text: '{"chain":"x"}' },
      { reason: 'CONFLICT', text: rival },
      { reason: 'NO_LINE', text: '["other","field"]' },
    ]);
    expect(told).toEqual(['Redis held 5 entries that were set aside; see access_dead_letters.']);
  });

  test('keeps lines with text that the database cannot hold', async () => {
    const writer = createWriter();
    await appendTo(redis.url, [writer.line({ justification: 'a\0b \ud83d c' }), writer.line()]);
    start();
    await expect.poll(left, WAIT).toBe(0);
    expect(await aside()).toEqual([]);
    const [row] = await store.database.select().from(accessRecords).orderBy(asc(accessRecords.sequence));
    expect(row?.line).toMatchObject({ justification: 'a\ufffdb \ufffd c' });
  });

  test('has a line that the database refuses set aside, with the others of its batch kept', async () => {
    await store.database.execute(
      sql`alter table access_records add constraint small check (sequence <> 2) not valid`,
    );
    const writer = createWriter();
    await appendTo(redis.url, [writer.line(), writer.line(), writer.line()]);
    start();
    await expect.poll(left, WAIT).toBe(0);
    await store.database.execute(sql`alter table access_records drop constraint small`);
    expect((await kept()).map((place) => place.split(' ')[1])).toEqual(['1', '3']);
    expect((await aside()).map(({ reason }) => reason)).toEqual(['DATABASE_23514']);
  });

  test('comes in smaller parts where the database is too slow for more', async () => {
    const quick = await slow('count(*) > 3');
    onTestFinished(quick);
    const writer = createWriter();
    await appendTo(
      redis.url,
      Array.from({ length: 60 }, () => writer.line()),
    );
    start();
    await expect.poll(left, WAIT).toBe(0);
    expect(await kept()).toHaveLength(60);
    expect(await aside()).toEqual([]);
  });

  test('comes about a megabyte at a time', async () => {
    const quick = await slow('sum(octet_length(line::text)) > 1200000');
    onTestFinished(quick);
    const writer = createWriter();
    const justification = 'x'.repeat(100_000);
    await appendTo(
      redis.url,
      Array.from({ length: 40 }, () => writer.line({ justification })),
    );
    start();
    await expect.poll(left, WAIT).toBe(0);
    expect(await kept()).toHaveLength(40);
    expect(told).toEqual([]);
  });

  test('has a line set aside that the database never manages, with all others kept', async () => {
    const quick = await slow('bool_or(sequence = 4)');
    onTestFinished(quick);
    const writer = createWriter();
    await appendTo(
      redis.url,
      Array.from({ length: 9 }, () => writer.line()),
    );
    start();
    await expect.poll(left, WAIT).toBe(0);
    expect((await kept()).map((place) => place.split(' ')[1]).join('')).toBe('12356789');
    expect((await aside()).map(({ reason }) => reason)).toEqual(['DATABASE_57014']);
    expect(told.at(-1)).toBe('Redis held 1 entries that were set aside; see access_dead_letters.');
  });

  test('waits for a database that is too slow for anything, and nothing is set aside', async () => {
    // As a lock on the table does; no line is to blame for it.
    const quick = await slow('true');
    onTestFinished(quick);
    const writer = createWriter();
    await appendTo(redis.url, [writer.line()]);
    start();
    await expect.poll(() => told.length, WAIT).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await left()).toBe(1);
    await quick();
    await expect.poll(left, WAIT).toBe(0);
    expect(await kept()).toHaveLength(1);
    expect(await aside()).toEqual([]);
  });

  test('leaves the stream not before the database has it', async () => {
    await store.database.execute(sql`alter table access_records rename to hidden`);
    const writer = createWriter();
    await appendTo(redis.url, [writer.line(), writer.line()]);
    start();
    await expect.poll(() => told.length, WAIT).toBeGreaterThan(0);
    await appendTo(redis.url, [writer.line()]);
    expect(await left()).toBe(3);
    await store.database.execute(sql`alter table hidden rename to access_records`);
    await expect.poll(left, WAIT).toBe(0);
    expect(await kept()).toHaveLength(3);
  });

  test('is taken over from a consumer that is gone', async () => {
    const writer = createWriter();
    await appendTo(redis.url, [writer.line(), writer.line()]);
    await withRedis(async (client) => {
      await client.xgroup('CREATE', RECORD_STREAM, GROUP, '0');
      await client.xreadgroup('GROUP', GROUP, 'gone', 'COUNT', 10, 'STREAMS', RECORD_STREAM, '>');
      // Cut off while it is pending: nothing is left of it but that it was there.
      const [entry] = await client.xrange(RECORD_STREAM, '-', '+', 'COUNT', 1);
      await client.xdel(RECORD_STREAM, entry?.[0] ?? '');
    });
    await new Promise((resolve) => setTimeout(resolve, 60));
    start(redis.url, 50);
    await expect.poll(left, WAIT).toBe(0);
    expect((await kept()).map((place) => place.split(' ')[1])).toEqual(['2']);
    expect(await aside()).toEqual([{ reason: 'CUT_OFF', text: '' }]);
  });

  test('is not taken from a consumer that may still be at it', async () => {
    const writer = createWriter();
    await appendTo(redis.url, [writer.line()]);
    await withRedis(async (client) => {
      await client.xgroup('CREATE', RECORD_STREAM, GROUP, '0');
      await client.xreadgroup('GROUP', GROUP, 'busy', 'COUNT', 10, 'STREAMS', RECORD_STREAM, '>');
    });
    start();
    await appendTo(redis.url, [writer.line()]);
    await expect.poll(left, WAIT).toBe(1);
    expect((await kept()).map((place) => place.split(' ')[1])).toEqual(['2']);
  });

  test('goes on after Redis was away and came back empty', async () => {
    const writer = createWriter();
    start();
    await appendTo(redis.url, [writer.line()]);
    await expect.poll(kept, WAIT).toHaveLength(1);
    await redis.kill();
    await expect.poll(() => told.length, WAIT).toBeGreaterThan(0);
    redis = await startRedis({ port: redis.port });
    await appendTo(redis.url, [writer.line()]);
    await expect.poll(left, WAIT).toBe(0);
    expect(await kept()).toHaveLength(2);
  });

  test('goes on after Redis did not answer for a while', async () => {
    const writer = createWriter();
    start();
    await appendTo(redis.url, [writer.line()]);
    await expect.poll(kept, WAIT).toHaveLength(1);
    await redis.pause();
    await expect.poll(() => told.length, WAIT).toBeGreaterThan(0);
    await redis.resume();
    await appendTo(redis.url, [writer.line()]);
    await expect.poll(left, WAIT).toBe(0);
    expect(await kept()).toHaveLength(2);
  });

  test('ends with nothing pending and no consumer left behind, also where Redis is frozen', async () => {
    const writer = createWriter();
    await appendTo(redis.url, [writer.line()]);
    const consumer = start();
    await expect.poll(left, WAIT).toBe(0);
    const before = performance.now();
    await consumer.stop();
    expect(performance.now() - before).toBeLessThan(2_000);
    await withRedis(async (client) => {
      expect(await client.xinfo('CONSUMERS', RECORD_STREAM, GROUP)).toEqual([]);
      expect(await client.xpending(RECORD_STREAM, GROUP)).toEqual([0, null, null, null]);
    });
    const other = start();
    await redis.pause();
    const frozen = performance.now();
    await other.stop();
    expect(performance.now() - frozen).toBeLessThan(5_000);
  });

  test('is evidence: rows are added, never changed, and never removed', async () => {
    await appendTo(redis.url, [createWriter().line()]);
    start();
    await expect.poll(kept, WAIT).toHaveLength(1);
    for (const statement of [
      "update access_records set chain = 'x'",
      'delete from access_records',
      'truncate access_records',
    ]) {
      await expect(store.database.execute(sql.raw(statement)), statement).rejects.toThrow();
    }
  });
});

test.runIf(postgres !== null)(
  'the access record goes on after PostgreSQL was killed',
  async () => {
    const own = await startPostgres();
    if (own === null) throw new Error('Expected a PostgreSQL, as before.');
    onTestFinished(async () => await own.stop());
    const opened = await openDatabase({ databaseUrl: await own.createDatabase() });
    store = opened;
    onTestFinished(async () => await opened.close());
    const writer = createWriter();
    start();
    await appendTo(redis.url, [writer.line()]);
    await expect.poll(kept, WAIT).toHaveLength(1);
    await own.kill();
    await appendTo(redis.url, [writer.line(), writer.line()]);
    await expect.poll(() => told.length, WAIT).toBeGreaterThan(0);
    expect(await left()).toBe(2);
    await own.restart();
    await expect.poll(left, WAIT).toBe(0);
    expect(await kept()).toHaveLength(3);
  },
  120_000,
);

test.runIf(postgres !== null)(
  'a line that breaks the connection each time is set aside',
  async () => {
    const opened = await openDatabase({ databaseUrl: (await postgres?.createDatabase()) ?? '' });
    store = opened;
    onTestFinished(async () => await opened.close());
    await opened.database.execute(
      sql.raw(`create function broken() returns trigger language plpgsql as $$
        begin
          if new.sequence = 2 then perform pg_terminate_backend(pg_backend_pid()); end if;
          return new;
        end $$`),
    );
    await opened.database.execute(
      sql.raw('create trigger broken before insert on access_records for each row execute function broken()'),
    );
    const writer = createWriter();
    await appendTo(redis.url, [writer.line(), writer.line(), writer.line()]);
    start();
    await expect.poll(left, WAIT).toBe(0);
    expect((await kept()).map((place) => place.split(' ')[1])).toEqual(['1', '3']);
    expect((await aside()).map(({ reason }) => reason)).toEqual(['DATABASE_57P01']);
  },
  120_000,
);

test('the access record is taken from a Cluster', async () => {
  const cluster = await startRedisCluster();
  onTestFinished(async () => await cluster.stop());
  const opened = await openDatabase({});
  store = opened;
  onTestFinished(async () => await opened.close());
  const writer = createWriter();
  start(cluster.url);
  await appendTo(cluster.url, [writer.line(), writer.line()]);
  await expect.poll(kept, WAIT).toHaveLength(2);
}, 120_000);
