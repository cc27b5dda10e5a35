import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, chown, constants, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort, whenWeEnd } from '../../harness.ts';

const run = promisify(execFile);

const GONE_MS = 1_000;

/** A PostgreSQL of a test's own, on loopback. */
export interface PostgresServer {
  readonly port: number;
  /** A new, empty database on it. */
  readonly createDatabase: () => Promise<string>;
  readonly stop: () => Promise<void>;
  /** Ends all its processes as a crash of the machine does (SIGKILL) and waits. */
  readonly kill: () => Promise<void>;
  /** Starts it again on what it had committed, after `kill`, and waits until it answers. */
  readonly restart: () => Promise<void>;
  /** Starts it again, after `kill`, as a standby: it answers reads, of what it had, and takes no writes. */
  readonly restartAsStandby: () => Promise<void>;
  /** Freezes all its processes: connections stay open, nothing is answered. */
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
}

/**
 * Options of `startPostgres`: `port` in place of any that is free, `args` for the command line of postgres, such as
 * `-c max_connections=20`.
 */
export interface PostgresOptions {
  readonly port?: number;
  readonly args?: readonly string[];
}

/**
 * Starts a PostgreSQL where its programs are installed; `null` elsewhere, since PGlite is PostgreSQL too and
 * the same tests always run on it. It ends with this process at the latest.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer | null> {
  const found = await findPostgres();
  if (found === null) return null;
  const { programs, account } = found;
  const directory = await mkdtemp(join(tmpdir(), 'sudare-postgres-'));
  await chmod(directory, 0o700);
  if (account.uid !== undefined && account.gid !== undefined)
    await chown(directory, account.uid, account.gid);
  const data = join(directory, 'data');
  const initial = ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'];
  await run(join(programs, 'initdb'), initial, { ...account, cwd: directory });
  const port = options.port ?? (await freePort());
  const url = (database: string): string => `postgres://postgres@127.0.0.1:${port}/${database}`;
  // What has been committed is with the operating system, which outlives the processes: it needs no fsync.
  const flags = [
    '-D',
    data,
    '-p',
    String(port),
    '-h',
    '127.0.0.1',
    '-k',
    directory,
    '-c',
    'fsync=off',
    ...(options.args ?? []),
  ];
  const start = () => {
    const child = spawn(join(programs, 'postgres'), flags, { ...account, cwd: directory, stdio: 'ignore' });
    const { pid } = child;
    if (pid === undefined) throw new Error('postgres could not be started.');
    return { child, pid, exited: once(child, 'exit'), guard: whenWeEnd('kill', '-9', String(pid)) };
  };
  let running = start();

  const end = async (signal: 'SIGQUIT' | 'SIGKILL'): Promise<void> => {
    const { child, pid, exited, guard } = running;
    guard.release();
    const backends = signal === 'SIGKILL' ? await childrenOf(pid) : [];
    child.kill(signal);
    for (const backend of backends) signalTo(backend, signal);
    await exited;
    // Where nobody waits for orphans they stay, as dead as they can be.
    const deadline = Date.now() + GONE_MS;
    while (Date.now() < deadline && backends.some((backend) => signalTo(backend, 0))) await sleep(10);
  };
  const stop = async (): Promise<void> => {
    if (running.child.exitCode === null && running.child.signalCode === null) {
      signalTo(running.pid, 'SIGCONT');
      await end('SIGQUIT');
    }
    await rm(directory, { recursive: true, force: true });
  };
  await untilAnswers(url('postgres'), stop);
  let databases = 0;
  return {
    port,
    createDatabase: async () => {
      databases += 1;
      await command(url('postgres'), `create database consents_${databases}`);
      return url(`consents_${databases}`);
    },
    stop,
    kill: async () => await end('SIGKILL'),
    restart: async () => {
      running = start();
      await untilAnswers(url('postgres'), stop);
    },
    restartAsStandby: async () => {
      await writeFile(join(data, 'standby.signal'), '');
      running = start();
      await untilAnswers(url('postgres'), stop);
    },
    pause: async () => {
      signalTo(running.pid, 'SIGSTOP');
      for (const backend of await childrenOf(running.pid)) signalTo(backend, 'SIGSTOP');
    },
    resume: async () => {
      for (const backend of await childrenOf(running.pid)) signalTo(backend, 'SIGCONT');
      signalTo(running.pid, 'SIGCONT');
    },
  };
}

/** Process ids of the processes that a process has started. */
async function childrenOf(parent: number): Promise<readonly number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []));
}

/** Whether the process was there to be told. */
function signalTo(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** How PostgreSQL can be run here: where its programs are and under which account; `null`: it cannot. */
export async function findPostgres(): Promise<{
  readonly programs: string;
  readonly account: { readonly uid?: number; readonly gid?: number };
} | null> {
  const programs = await findPrograms();
  const account = await unprivileged();
  return programs === null || account === null ? null : { programs, account };
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
      await sleep(100);
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
