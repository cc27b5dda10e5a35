import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Image used where no `redis-server` is on PATH but a container engine answers. */
const REDIS_IMAGE = 'redis:7-alpine';

const START_TIMEOUT_MS = 60_000;

/** How this machine can run Redis. */
export type RedisProgram = { readonly kind: 'binary'; readonly path: string } | { readonly kind: 'docker' };

/** A real Redis of a test's own, on loopback, with nothing written to disk. */
export interface RedisServer {
  /** `redis://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** Process id of `redis-server`, or of the `docker run` client. */
  readonly pid: number;
  /** Ends it and waits; may be called twice, and after `kill`. */
  readonly stop: () => Promise<void>;
  /** Ends it as a crash does (SIGKILL) and waits. */
  readonly kill: () => Promise<void>;
  /** Freezes it: connections stay open, nothing is answered. */
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
  /** As `kill`, but leaves its files, which `restart` finds again. Neither is for a container, where both throw. */
  readonly crash: () => Promise<void>;
  readonly restart: () => Promise<void>;
}

/**
 * Options of `startRedis`: `port` to come back where another one was, `args` for redis-server's command line; made anew for
 * each attempt where they hold further ports, which somebody else may have taken as well.
 */
export interface RedisOptions {
  readonly port?: number;
  readonly args?: readonly string[] | (() => Promise<readonly string[]>);
}

/** Settings of redis.conf as `args` for the command line. */
export function redisFlags(settings: Readonly<Record<string, string | number>>): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** Below what Linux, macOS and Windows give to connections by themselves. */
const PORTS = { first: 15_000, count: 15_000 } as const;

/**
 * A TCP port on 127.0.0.1 that was free a moment ago, and that no connection is given meanwhile: also while who
 * has it is being started again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  const free = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  if (free) {
    server.close();
    await once(server, 'close');
  }
  return free;
}

/** How Redis can be run here: from PATH, else by a container engine that answers, else `null`. */
export async function findRedis(): Promise<RedisProgram | null> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter).filter((part) => part !== '')) {
    const path = join(directory, 'redis-server');
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return { kind: 'binary', path };
  }
  return await run('docker', ['info', '--format', '{{.ServerVersion}}'], { timeout: 10_000 }).then(
    () => ({ kind: 'docker' }) as const,
    () => null,
  );
}

/**
 * Starts a Redis and waits until it answers PING. It ends with this process at the latest, however that
 * ends. Throws where none can be run (`test/redisAvailable.ts` has made sure of one before any test).
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const program = await findRedis();
  if (program === null) throw new Error('No redis-server on PATH and no container engine: install Redis 7.');
  const attempts = options.port === undefined ? 3 : 1;
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const args = typeof options.args === 'function' ? await options.args() : (options.args ?? []);
    try {
      return program.kind === 'binary'
        ? await startBinary(program.path, port, async () => [...inMemory, ...args])
        : await startContainer(port, args);
    } catch (error) {
      // Someone else may have taken the free port in between.
      if (attempt === attempts) throw error;
    }
  }
}

/**
 * Options of `startSentinel`. `primaryPort`: of the primary to watch, on 127.0.0.1.
 * `downAfterMs`: how long that must be silent before it is taken for dead. `args` for the command line.
 */
export interface SentinelOptions {
  readonly primaryPort: number;
  readonly name: string;
  readonly downAfterMs: number;
  readonly args?: readonly string[];
}

/** Starts a Sentinel, alone with its judgement. It needs a `redis-server` on PATH. */
export async function startSentinel(options: SentinelOptions): Promise<RedisServer> {
  const { name, primaryPort, downAfterMs } = options;
  const path = await redisOnPath();
  const settings = [
    `sentinel monitor ${name} 127.0.0.1 ${primaryPort} 1`,
    `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
    `sentinel failover-timeout ${name} ${10 * downAfterMs}`,
  ];
  return await startBinary(path, await freePort(), async (directory) => {
    const file = join(directory, 'sentinel.conf');
    await writeFile(file, `${settings.join('\n')}\n`);
    return [file, '--sentinel', ...(options.args ?? [])];
  });
}

/** The path of `redis-server`, for servers that a container's address translation would hide from each other. */
export async function redisOnPath(): Promise<string> {
  const program = await findRedis();
  if (program?.kind === 'binary') return program.path;
  throw new Error(
    'Several servers of Redis that find each other need redis-server on PATH: install Redis 7.',
  );
}

/** `flagsOf` is given the directory of the server's own and comes first on its command line. */
async function startBinary(
  path: string,
  port: number,
  flagsOf: (directory: string) => Promise<readonly string[]>,
): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'sudare-redis-'));
  const given = await flagsOf(directory);
  const flags = [...given, '--port', String(port), '--bind', '127.0.0.1', '--dir', directory];
  const launch = () => {
    const child = spawn(path, flags, { stdio: 'ignore' });
    const exited = once(child, 'exit');
    const { pid } = child;
    if (pid === undefined) throw new Error(`Could not start ${path}.`);
    return { child, exited, pid, guard: whenWeEnd('kill', '-9', String(pid)) };
  };
  let running = launch();
  const crash = async (): Promise<void> => {
    running.guard.release();
    // SIGKILL also ends a paused process, and there is nothing to save.
    running.child.kill('SIGKILL');
    await running.exited;
  };
  const end = async (): Promise<void> => {
    await crash();
    await rm(directory, { recursive: true, force: true });
  };
  const untilUp = async (): Promise<void> =>
    await untilAnswers(port, () => running.child.exitCode !== null, end);
  await untilUp();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return running.pid;
    },
    stop: end,
    kill: end,
    pause: async () => void process.kill(running.pid, 'SIGSTOP'),
    resume: async () => void process.kill(running.pid, 'SIGCONT'),
    crash,
    restart: async () => {
      running = launch();
      await untilUp();
    },
  };
}

async function startContainer(port: number, args: readonly string[]): Promise<RedisServer> {
  const name = `sudare-test-redis-${port}`;
  const publish = ['--name', name, '--publish', `127.0.0.1:${port}:6379`];
  const command = [REDIS_IMAGE, 'redis-server', ...inMemory, ...args];
  const child = spawn('docker', ['run', '--rm', ...publish, ...command], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const pid = child.pid;
  if (pid === undefined) throw new Error('Could not start docker.');
  const guard = whenWeEnd('docker', 'rm', '--force', name);
  const end = async (): Promise<void> => {
    guard.release();
    if (child.exitCode === null) await run('docker', ['rm', '--force', name]).catch(() => child.kill());
    await exited;
  };
  await untilAnswers(port, () => child.exitCode !== null, end);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid,
    stop: end,
    kill: end,
    pause: async () => void (await run('docker', ['pause', name])),
    resume: async () => void (await run('docker', ['unpause', name])),
    crash: notInContainers,
    restart: notInContainers,
  };
}

async function notInContainers(): Promise<void> {
  await Promise.reject(new Error('Only a Redis on PATH leaves its files: install redis-server.'));
}

const inMemory: readonly string[] = ['--save', '', '--appendonly', 'no'];

/** Runs a command when this process is gone, even by SIGKILL: the guard's input then ends. */
export function whenWeEnd(...command: readonly string[]): { readonly release: () => void } {
  const guard = spawn('sh', ['-c', 'cat >/dev/null; exec "$@" 2>/dev/null', 'sh', ...command], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  // A child's stdin is a net.Socket at run time, which its type does not say; it must not keep us alive.
  if ('unref' in guard.stdin && typeof guard.stdin.unref === 'function') guard.stdin.unref();
  return { release: () => void guard.kill('SIGKILL') };
}

async function untilAnswers(port: number, ended: () => boolean, end: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answersPing(port))) {
    if (ended() || Date.now() > deadline) {
      await end();
      throw new Error(`redis-server did not answer PING on port ${port}.`);
    }
    await sleep(20);
  }
}

async function answersPing(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    const answer = new Promise<string>((resolve) => {
      socket.once('data', (data) => resolve(data.toString()));
      socket.once('error', () => resolve(''));
      socket.once('close', () => resolve(''));
      socket.setTimeout(1_000, () => resolve(''));
    });
    socket.write('PING\r\n');
    return (await answer).startsWith('+PONG');
  } finally {
    socket.destroy();
  }
}
