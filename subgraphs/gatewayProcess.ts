import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

export interface GatewayOptions {
  /** What follows `node` on the gateway's command line. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The GraphQL endpoint at which it will answer. */
  readonly url: string;
  /** File that takes what it prints; overwritten. */
  readonly log: string;
  /** Milliseconds until it must answer. */
  readonly patience: number;
  /** Gives up the start when aborted. */
  readonly signal: AbortSignal;
}

export interface GatewayProcess {
  readonly pid: number;
  /** Settles when the process has ended, with a sentence that says how. */
  readonly ended: Promise<string>;
  /** Ends it: politely, and after five seconds by force. */
  stop(): Promise<void>;
}

const ANSWERS = 'answers';
const POLL = 100;
const GRACE = 5_000;
const LAST_LINES = 20;
const END_WITH_LAUNCHER = new URL('./endWithLauncher.ts', import.meta.url).href;

/**
 * Starts the gateway as a process of its own and waits until it answers. It ends with this process at the latest,
 * however that ends.
 * @throws Error that says how it failed, with the last lines of its log.
 */
export async function startGatewayProcess(options: GatewayOptions): Promise<GatewayProcess> {
  const log = await open(options.log, 'w');
  const child = spawn(process.execPath, ['--import', END_WITH_LAUNCHER, ...options.args], {
    // Its input says nothing; it ends when this process is gone, even by SIGKILL.
    stdio: ['pipe', log.fd, log.fd],
    env: { ...process.env, ...options.env },
    // Its own process group: Ctrl-C reaches the demo alone, which then ends everything in order.
    detached: true,
  });
  // Should this process fall over, its gateway must not stay behind.
  const killAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const gone = new AbortController();
  const ended = new Promise<string>((resolve) => {
    const settle = (how: string): void => {
      process.off('exit', killAtExit);
      gone.abort();
      resolve(how);
    };
    child.once('error', (error) => settle(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      settle(signal === null ? `ended with exit code ${String(code)}` : `was ended by ${signal}`);
    });
  });
  const stop = async (): Promise<void> => await end(child, ended);
  try {
    await log.close();
    const answers = untilItAnswers(options, AbortSignal.any([options.signal, gone.signal]));
    const outcome = await Promise.race([ended, answers]);
    if (outcome !== ANSWERS) throw new Error(`The gateway ${outcome}.${await lastLines(options.log)}`);
    return { pid: child.pid ?? 0, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilItAnswers({ url, patience }: GatewayOptions, signal: AbortSignal): Promise<string> {
  const deadline = Date.now() + patience;
  while (Date.now() < deadline) {
    if (signal.aborted) return 'was not waited for';
    // Any answer will do: what it says is for the requests that follow.
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __typename }' }),
      signal: AbortSignal.timeout(2_000),
    }).catch(() => null);
    if (response !== null) {
      await response.arrayBuffer();
      return ANSWERS;
    }
    await wait(POLL);
  }
  return `did not answer at ${url} within ${patience / 1_000} seconds`;
}

async function end(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill('SIGTERM');
  const forced = setTimeout(() => child.kill('SIGKILL'), GRACE);
  await ended;
  clearTimeout(forced);
}

async function lastLines(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const lines = text.trimEnd().split('\n').slice(-LAST_LINES);
  return text.trim() === '' ? '' : ` It said:\n\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
