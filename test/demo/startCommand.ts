import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A command as it was typed into a shell, running. */
export interface RunningCommand {
  readonly pid: number;
  /** Everything printed so far. */
  readonly standardOutput: () => string;
  readonly standardError: () => string;
  /** Settles with how it ended: its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly isRunning: () => boolean;
  /** To the command alone, as `kill PID` does. */
  readonly signal: (signal: NodeJS.Signals) => void;
  /** To the command and all that it started, as a terminal's Ctrl-C does. */
  readonly signalGroup: (signal: NodeJS.Signals) => void;
  /** Waits until what it prints on either stream matches; the result is the match. Throws once it has ended. */
  readonly prints: (pattern: RegExp, patienceMs?: number) => Promise<RegExpExecArray>;
  /** Ends it politely and waits; after `patienceMs` by force. The result is that of `ended`. */
  readonly stop: (patienceMs?: number) => Promise<number | NodeJS.Signals>;
}

/**
 * Starts a command from the checkout's root, in a process group of its own. It ends with this process at the latest.
 *
 * @param environment what is added to this process's own.
 */
export function startCommand(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RunningCommand {
  const child = spawn(command, [...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started.`);
  const output: string[] = [];
  const errors: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));

  const signalGroup = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-pid, signal);
    } catch {
      // All of the group have ended already.
    }
  };
  const killAtExit = (): void => signalGroup('SIGKILL');
  process.once('exit', killAtExit);
  let running = true;
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    // `close` rather than `exit`: by then everything printed has been read.
    child.once('close', (code, signal) => {
      running = false;
      process.off('exit', killAtExit);
      resolve(signal ?? code ?? -1);
    });
  });
  const printed = (): string => output.join('') + errors.join('');

  return {
    pid,
    standardOutput: () => output.join(''),
    standardError: () => errors.join(''),
    ended,
    isRunning: () => running,
    signal: (signal) => void child.kill(signal),
    signalGroup,
    prints: async (pattern, patienceMs = 90_000) => {
      const deadline = performance.now() + patienceMs;
      for (;;) {
        const wasRunning = running;
        const found = pattern.exec(printed());
        if (found !== null) return found;
        if (!wasRunning || performance.now() > deadline) {
          throw new Error(`${command} did not print ${String(pattern)}. It printed:\n${printed()}`);
        }
        await sleep(20);
      }
    },
    stop: async (patienceMs = 20_000) => {
      if (running) child.kill('SIGTERM');
      const forced = setTimeout(killAtExit, patienceMs);
      const how = await ended;
      clearTimeout(forced);
      return how;
    },
  };
}

/** Starts a file of this checkout under the Node that runs the tests. */
export function startFile(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RunningCommand {
  return startCommand(process.execPath, [file, ...args], environment);
}
