import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { whenWeEnd } from '../harness.ts';

/** A process of the product, which faults may kill, freeze and start again. It ends with this process at the latest. */
export interface Product {
  readonly name: string;
  /** Starts it, again if need be, and waits until it serves. Throws where that takes too long. */
  readonly start: () => Promise<void>;
  /** Ends it as a crash does (SIGKILL) and waits. */
  readonly kill: () => Promise<void>;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Ends it politely, by force after a while, and waits; may be called at any time. */
  readonly stop: () => Promise<void>;
  /** Of the process that was started last; `null` before any was. */
  readonly pid: () => number | null;
  /** How the one before ended, or this one did: an exit code, or the signal that ended it; `null` while none has. */
  readonly outcome: () => number | NodeJS.Signals | null;
  /** How often it ended though nobody had ended it. */
  readonly crashes: () => number;
  /** The first lines of its log that tell of something wrong (pino's levels from warn on). */
  readonly complaints: () => readonly string[];
  /** The last of what it printed. */
  readonly printed: () => string;
}

/** What to start. */
export interface ProductOptions {
  readonly name: string;
  /** The folder of the sources: the checkout, or a changed copy of it. */
  readonly folder: string;
  /** Below that folder. */
  readonly file: string;
  readonly args: readonly string[];
  /** What is added to this process's own. */
  readonly environment: Readonly<Record<string, string>>;
  /** Printed once it serves. */
  readonly serves: RegExp;
}

const START_TIMEOUT_MS = 120_000;
const RESTART_MS = 500;
const STOP_TIMEOUT_MS = 10_000;
/** What is kept of what it prints: half an hour of faults fills a log. */
const KEPT_CHARACTERS = 20_000;
const MOST_COMPLAINTS = 500;

/** Makes a process that `start` then starts, as often as need be. */
export function createProduct(options: ProductOptions): Product {
  const { name, folder, file, args, environment, serves } = options;
  let child: ChildProcess | null = null;
  let exited: Promise<unknown> = Promise.resolve();
  let guard: ReturnType<typeof whenWeEnd> | null = null;
  let printed = '';
  const complaints: string[] = [];
  let crashes = 0;
  let isMeantToEnd = false;

  const isRunning = (): boolean => child !== null && child.exitCode === null && child.signalCode === null;
  const keep = (text: string): void => {
    for (const [line] of text.matchAll(/^\{"level":[456]0,.*$/gm)) {
      if (complaints.length < MOST_COMPLAINTS) complaints.push(line);
    }
    printed = (printed + text).slice(-KEPT_CHARACTERS);
  };

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    isMeantToEnd = true;
    if (isRunning()) {
      child?.kill('SIGCONT');
      child?.kill(signal);
      const forced = setTimeout(() => child?.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(forced);
    }
    guard?.release();
  }

  /** Whether it came to serve before it ended. */
  async function launch(deadline: number): Promise<boolean> {
    isMeantToEnd = true;
    printed = '';
    const flags = ['--disable-warning=ExperimentalWarning', join(folder, file), ...args];
    const started = spawn(process.execPath, flags, {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    guard = whenWeEnd('kill', '-9', String(started.pid));
    started.stdout.setEncoding('utf8').on('data', keep);
    started.stderr.setEncoding('utf8').on('data', keep);
    started.once('exit', () => {
      if (!isMeantToEnd) crashes += 1;
    });
    exited = once(started, 'exit');
    while (!serves.test(printed)) {
      if (!isRunning() || performance.now() > deadline) {
        await end('SIGKILL');
        return false;
      }
      await sleep(20);
    }
    isMeantToEnd = false;
    return true;
  }

  return {
    name,
    start: async () => {
      const deadline = performance.now() + START_TIMEOUT_MS;
      // What it needs may be away just then; whoever looks after processes tries again.
      while (!(await launch(deadline))) {
        if (performance.now() > deadline) throw new Error(`${name} did not start. It printed:\n${printed}`);
        await sleep(RESTART_MS);
      }
    },
    kill: async () => await end('SIGKILL'),
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    stop: async () => await end('SIGTERM'),
    pid: () => child?.pid ?? null,
    outcome: () => child?.signalCode ?? child?.exitCode ?? null,
    complaints: () => complaints,
    crashes: () => crashes,
    printed: () => printed,
  };
}
