import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `sudare start` as a process of its own. */
export interface StartedGateway {
  readonly url: string;
  /** From starting the process until it listened. */
  readonly startMs: number;
  /** Most memory it has had so far, in MB; `null` where the system does not tell. */
  readonly peakMemory: () => Promise<number | null>;
  /** Ends it politely. The result is its exit code. */
  readonly stop: () => Promise<number | null>;
}

/**
 * Starts the gateway by its command line and waits until it listens.
 *
 * @param flags of `sudare start`; a free port is taken.
 * @throws Error with what it printed when it ends before it listens.
 */
export async function startGateway(flags: readonly string[]): Promise<StartedGateway> {
  const started = performance.now();
  const child = spawn(process.execPath, ['gateway/cli.ts', 'start', '--port=0', ...flags], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await listening(child, ended);
  return {
    url,
    startMs: performance.now() - started,
    peakMemory: async () => await peakMemory(child.pid),
    stop: async () => {
      child.kill('SIGTERM');
      return await ended;
    },
  };
}

async function listening(child: ChildProcess, ended: Promise<number | null>): Promise<string> {
  const printed: string[] = [];
  const lines = child.stderr === null ? null : createInterface(child.stderr);
  const url = new Promise<string>((resolve) => {
    lines?.on('line', (line) => {
      printed.push(line);
      const found = /"url":"(http:[^"]+)"/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const first = await Promise.race([url, ended]);
  if (typeof first === 'string') return first;
  throw new Error(`The gateway ended with exit code ${String(first)}:\n${printed.join('\n')}`);
}

/** Linux keeps it as `VmHWM`. */
async function peakMemory(pid: number | undefined): Promise<number | null> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
}
