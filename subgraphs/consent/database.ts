import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import { migrate as migratePostgres } from 'drizzle-orm/node-postgres/migrator';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzlePGlite } from 'drizzle-orm/pglite';
import { migrate as migratePGlite } from 'drizzle-orm/pglite/migrator';
import { connectToPrimary, openPostgresPool } from './postgresPool.ts';

/** The consent store's tables, in PostgreSQL or PGlite. */
export type ConsentDatabase = PgDatabase<PgQueryResultHKT>;

/** A transaction under way. */
export type ConsentTransaction = Parameters<Parameters<ConsentDatabase['transaction']>[0]>[0];

/** An open and migrated database. */
export interface OpenDatabase {
  readonly database: ConsentDatabase;
  readonly close: () => Promise<void>;
}

/**
 * Where consents are kept: `databaseUrl` of a PostgreSQL, else `dataDir` of the embedded PGlite, else in
 * memory and gone at the end.
 */
export interface DatabaseOptions {
  readonly databaseUrl?: string;
  readonly dataDir?: string;
}

const MIGRATIONS = fileURLToPath(new URL('migrations', import.meta.url));

/** Names the migration lock among a database's advisory locks; any number of our own will do. */
const MIGRATION_LOCK = 7_362_117_004;

/** PostgreSQL's word for a connection without a transaction. */
const IDLE = 'I';

/**
 * Opens the consent store and brings its tables up to date.
 * Throws where the database cannot be reached or is a standby, or another process has the data directory.
 */
export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  if (options.databaseUrl !== undefined) return await openPostgres(options.databaseUrl);
  if (options.dataDir === undefined) return await openPGlite(undefined, async () => undefined);
  const dataDir = resolve(options.dataDir);
  const unlock = await lockDataDir(dataDir);
  try {
    return await openPGlite(dataDir, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function openPostgres(databaseUrl: string): Promise<OpenDatabase> {
  await migrateAlone(databaseUrl);
  const pool = openPostgresPool(databaseUrl);
  const database = drizzlePostgres(pool);
  // Drizzle's own never gives a connection back on which it could not begin, and gives back what it could not end
  // (drizzle-orm #6114): the pool would run dry, or hand a transaction on that is still open.
  database.transaction = async (work, config) => {
    const client = await pool.connect();
    try {
      return await drizzlePostgres(client).transaction(work, config);
    } finally {
      client.release(client.getTransactionStatus() !== IDLE);
    }
  };
  return { database, close: async () => await pool.end() };
}

/** Several instances may start at once: one migrates, the others wait and find it done. */
async function migrateAlone(databaseUrl: string): Promise<void> {
  const client = await connectToPrimary(databaseUrl);
  try {
    // Both the lock and a migration may take longer than anything else may.
    await client.query('set statement_timeout = 0');
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migratePostgres(drizzlePostgres(client), { migrationsFolder: MIGRATIONS });
  } finally {
    // Which also gives up the lock.
    await client.end();
  }
}

async function openPGlite(dataDir: string | undefined, unlock: () => Promise<void>): Promise<OpenDatabase> {
  const client = await PGlite.create(dataDir === undefined ? {} : { dataDir });
  const database = drizzlePGlite(client);
  try {
    await migratePGlite(database, { migrationsFolder: MIGRATIONS });
  } catch (error) {
    await client.close();
    throw error;
  }
  return {
    database,
    close: async () => {
      await client.close();
      await unlock();
    },
  };
}

/**
 * PGlite does not notice a second process on the same directory, and two would destroy it. The lock stands
 * beside the directory and names its owner, so that the lock of a process that was killed is not in the way.
 */
async function lockDataDir(dataDir: string): Promise<() => Promise<void>> {
  const file = `${dataDir}.lock`;
  await mkdir(dirname(file), { recursive: true });
  for (;;) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return async () => await rm(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    if (isRunning(owner)) {
      throw new Error(
        `Process ${owner} is using the consent data in ${dataDir}. Stop it, or give another data directory.`,
      );
    }
    await rm(file, { force: true });
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
