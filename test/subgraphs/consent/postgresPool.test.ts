import { Client } from 'pg';
import type { Pool } from 'pg';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../subgraphs/consent/database.ts';
import { appendEvent, readEvents } from '../../../subgraphs/consent/events.ts';
import { openPostgresPool } from '../../../subgraphs/consent/postgresPool.ts';
import { openLink } from '../../faults/link.ts';
import { startPostgres } from './startPostgres.ts';

const server = await startPostgres();
afterAll(async () => await server?.stop());

const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).toReversed()) await undo();
});

const DRAFT = {
  eventState: 'WITHDRAWN',
  purpose: 'marketing',
  recipient: null,
  validityDays: null,
  policyRevision: null,
  collectionMethod: 'website',
  client: 'my-page',
  actor: null,
} as const;

/** Everything ends within this, by what `openPostgresPool` says. */
const BOUND_MS = 16_000;
const SLOW = 120_000;

const within = async (work: Promise<unknown>): Promise<'done' | 'failed'> => {
  const start = performance.now();
  const outcome = await work.then(
    () => 'done' as const,
    () => 'failed' as const,
  );
  expect(performance.now() - start).toBeLessThan(BOUND_MS);
  return outcome;
};

const command = async (url: string, text: string): Promise<void> => {
  const client = new Client(url);
  await client.connect();
  await client.query(text);
  await client.end();
};
const pooled = (url: string): Pool => {
  const pool = openPostgresPool(url);
  cleanup.push(async () => await pool.end());
  return pool;
};
const nameOf = (url: string): string => new URL(url).pathname.slice(1);

describe.each(server === null ? [] : [{ name: 'PostgreSQL', postgres: server }])('$name', ({ postgres }) => {
  test('sessions have the settings that the guarantee rests on, whatever the defaults are', async () => {
    const url = await postgres.createDatabase();
    await command(url, `alter database ${nameOf(url)} set synchronous_commit = off`);
    await command(url, `alter database ${nameOf(url)} set default_transaction_isolation = 'serializable'`);
    await command(url, 'create table shown as select 1 as x');
    const { rows } = await pooled(url).query(
      `select current_setting('synchronous_commit') as commit, current_setting('transaction_isolation') as isolation,
              current_setting('statement_timeout') as statement,
              current_setting('idle_in_transaction_session_timeout') as idle`,
    );
    expect(rows).toEqual([{ commit: 'on', isolation: 'read committed', statement: '5s', idle: '5s' }]);
  });

  test('writers of one subject see one another where the default is to see none', async () => {
    const url = await postgres.createDatabase();
    const { database, close } = await openDatabase({ databaseUrl: url });
    cleanup.push(close);
    await command(url, `alter database ${nameOf(url)} set default_transaction_isolation = 'repeatable read'`);
    const events = await Promise.all(
      Array.from(
        { length: 8 },
        async () =>
          await database.transaction(
            async (transaction) => await appendEvent(transaction, 'user:1', DRAFT, 1_000),
          ),
      ),
    );
    expect(new Set(events.map(({ recordId }) => recordId)).size).toBe(1);
  });

  test('connections that are killed, also within a transaction, are replaced', async () => {
    const url = await postgres.createDatabase();
    const { database, close } = await openDatabase({ databaseUrl: url });
    cleanup.push(close);
    const kill = async (): Promise<void> =>
      await command(
        url,
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      );
    const failing = database.transaction(async (transaction) => {
      await appendEvent(transaction, 'user:1', DRAFT, 1_000);
      await kill();
    });
    await expect(failing).rejects.toThrow();
    expect((await readEvents(database, ['user:1'])).get('user:1')).toEqual([]);
    await Promise.all(Array.from({ length: 10 }, async () => await readEvents(database, ['user:1'])));
    await kill();
    // A connection may break just as it is used, once.
    await within(readEvents(database, ['user:1']));
    expect(await within(readEvents(database, ['user:1']))).toBe('done');
  });

  test('a client that says no more within a transaction loses its lock', { timeout: SLOW }, async () => {
    const url = await postgres.createDatabase();
    const link = await openLink(postgres.port);
    cleanup.push(link.close);
    const there = await openDatabase({ databaseUrl: url.replace(`:${postgres.port}/`, `:${link.port}/`) });
    cleanup.push(there.close);
    const here = await openDatabase({ databaseUrl: url });
    cleanup.push(here.close);
    const silent = there.database.transaction(async (transaction) => {
      await appendEvent(transaction, 'user:1', DRAFT, 1_000);
      link.freeze();
      await appendEvent(transaction, 'user:1', { ...DRAFT, purpose: 'other' }, 1_000);
    });
    expect(await within(silent)).toBe('failed');
    const next = here.database.transaction(
      async (transaction) => await appendEvent(transaction, 'user:1', DRAFT, 2_000),
    );
    expect(await within(next)).toBe('done');
    const [event, ...others] = (await readEvents(here.database, ['user:1'])).get('user:1') ?? [];
    expect([event?.eventTime.getTime(), others]).toEqual([2_000, []]);
  });

  test(
    'a server that is frozen gives errors in bounded time, and is used again after',
    { timeout: SLOW },
    async () => {
      const url = await postgres.createDatabase();
      const { database, close } = await openDatabase({ databaseUrl: url });
      cleanup.push(close);
      await Promise.all(Array.from({ length: 4 }, async () => await readEvents(database, ['user:1'])));
      await postgres.pause();
      try {
        const write = database.transaction(
          async (transaction) => await appendEvent(transaction, 'user:1', DRAFT, 1_000),
        );
        // More than there are connections, idle and new.
        const reads = Array.from({ length: 20 }, async () => await within(readEvents(database, ['user:1'])));
        expect(await within(write)).toBe('failed');
        expect(new Set(await Promise.all(reads))).toEqual(new Set(['failed']));
      } finally {
        await postgres.resume();
      }
      const again = database.transaction(
        async (transaction) => await appendEvent(transaction, 'user:2', DRAFT, 1_000),
      );
      expect(await within(again)).toBe('done');
      expect((await readEvents(database, ['user:2'])).get('user:2')).toHaveLength(1);
    },
  );

  test('a server that has no connections left gives errors at once', async () => {
    const url = await postgres.createDatabase();
    await (await openDatabase({ databaseUrl: url })).close();
    await command(url, `create role app login`);
    await command(url, 'grant all on all tables in schema public to app');
    await command(url, `alter database ${nameOf(url)} connection limit 2`);
    const pool = pooled(url.replace('postgres@', 'app@'));
    const taken = [await pool.connect(), await pool.connect()];
    expect(await within(pool.query('select 1'))).toBe('failed');
    for (const client of taken) client.release();
    expect(await within(pool.query('select 1'))).toBe('done');
    await command(url, 'drop owned by app').then(async () => await command(url, `drop role app`));
  });

  test('a pool that has no connections left gives errors in bounded time', async () => {
    const pool = pooled(await postgres.createDatabase());
    const taken = await Promise.all(Array.from({ length: 10 }, async () => await pool.connect()));
    expect(await within(pool.query('select 1'))).toBe('failed');
    for (const client of taken) client.release();
    expect(await within(pool.query('select 1'))).toBe('done');
  });
});

test.each(server === null ? [] : [{ name: 'a standby' }])(
  '$name is refused at the start, and when the server has become one',
  { timeout: SLOW },
  async () => {
    const other = await startPostgres();
    if (other === null) throw new Error('Expected a second PostgreSQL where there is a first one.');
    cleanup.push(other.stop);
    const url = await other.createDatabase();
    const { database, close } = await openDatabase({ databaseUrl: url });
    cleanup.push(close);
    expect(await within(readEvents(database, ['user:1']))).toBe('done');
    await other.kill();
    await other.restartAsStandby();
    const reading = readEvents(database, ['user:1']);
    await expect(reading).rejects.toMatchObject({ cause: { name: 'UnusablePostgresError' } });
    await expect(openDatabase({ databaseUrl: url })).rejects.toThrow('standby');
  },
);
