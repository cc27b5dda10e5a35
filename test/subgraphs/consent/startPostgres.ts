import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, chown, constants, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from '../../harness.ts';

const run = promisify(execFile);

/** A PostgreSQL of a test's own, on loopback. */
export interface PostgresServer {
  /** A new, empty database on it. */
  readonly createDatabase: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a PostgreSQL where its programs are installed; `null` elsewhere, since PGlite is PostgreSQL too and
 * the same tests always run on it.
 */
export async function startPostgres(): Promise<PostgresServer | null> {
  const programs = await findPrograms();
  const account = await unprivileged();
  if (programs === null || account === null) return null;
  const directory = await mkdtemp(join(tmpdir(), 'sudare-postgres-'));
  await chmod(directory, 0o700);
  if (account.uid !== undefined && account.gid !== undefined)
    await chown(directory, account.uid, account.gid);
  const data = join(directory, 'data');
  const initial = ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'];
  await run(join(programs, 'initdb'), initial, { ...account, cwd: directory });
  const port = await freePort();
  const flags = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', directory, '-c', 'fsync=off'];
  const child = spawn(join(programs, 'postgres'), flags, { ...account, cwd: directory, stdio: 'ignore' });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGQUIT');
    await exited;
    await rm(directory, { recursive: true, force: true });
  };
  const url = (database: string): string => `postgres://postgres@127.0.0.1:${port}/${database}`;
  await untilAnswers(url('postgres'), stop);
  let databases = 0;
  return {
    createDatabase: async () => {
      databases += 1;
      await command(url('postgres'), `create database consents_${databases}`);
      return url(`consents_${databases}`);
    },
    stop,
  };
}

async function findPrograms(): Promise<string | null> {
  const versions = await readdir('/usr/lib/postgresql').catch((): string[] => []);
  const places = [
    ...versions.map((version) => `/usr/lib/postgresql/${version}/bin`),
    '/usr/local/bin',
    '/usr/bin',
  ];
  for (const place of places) {
    const found = await access(join(place, 'initdb'), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return place;
  }
  return null;
}

/** PostgreSQL refuses to run as root; its package brings an account for it. `null`: there is none. */
async function unprivileged(): Promise<{ readonly uid?: number; readonly gid?: number } | null> {
  if (process.getuid?.() !== 0) return {};
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(accounts) ?? [];
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}

async function untilAnswers(url: string, stop: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      await command(url, 'select 1');
      return;
    } catch (error) {
      if (Date.now() > deadline) {
        await stop();
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function command(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    await client.query(text);
  } finally {
    await client.end();
  }
}
