import { write, writeSync } from 'node:fs';

/** Takes lines for standard error; pino writes to it. */
export interface StandardError {
  readonly write: (line: string) => void;
  /** Resolves once what waits is written, or cannot be; lines that come afterwards are each written at once. */
  readonly close: () => Promise<void>;
}

const DESCRIPTOR = 2;
/** Characters that are written together; no more, since what a pipe takes at once is not mixed with other lines. */
const AT_ONCE = 4_096;
/** Characters that may wait where standard error takes nothing; lines beyond them are lost. */
const MOST = 1_000_000;
/** After so long, in ms, what waits is written, also where writing failed before. */
const LATEST_MS = 1_000;
/** How long a descriptor that takes nothing right now is left alone, and how long in all where the process ends. */
const BUSY_MS = 50;
const BUSY_AT_EXIT_MS = 1_000;

/**
 * Opens standard error for lines. It may be a file on a disk that is full: then lines wait, those that do not fit are
 * lost, and nothing else happens, neither while it serves nor when it ends. `sonic-boom`, which pino brings along, ends
 * the process there, and while it ends tries for ever to write the last lines.
 *
 * @param together characters that are waited for, up to a second, so that they are written together; 0: none.
 */
export function openStandardError(together: number): StandardError {
  let enough = together;
  let waiting: string[] = [];
  let size = 0;
  /** What is being written, or was in part before it failed. */
  let begun: Buffer | null = null;
  let state: 'idle' | 'writing' | 'busy' | 'failed' = 'idle';
  let settled: (() => void)[] = [];

  const become = (next: 'idle' | 'failed'): void => {
    state = next;
    for (const tell of settled.splice(0)) tell();
  };

  const take = (): Buffer | null => {
    const text = waiting.shift();
    if (text === undefined) return null;
    size -= text.length;
    return Buffer.from(text);
  };

  const writeOn = (): void => {
    begun ??= take();
    if (begun === null) return become('idle');
    const bytes = begun;
    state = 'writing';
    write(DESCRIPTOR, bytes, (error, written) => {
      if (isBusy(error)) {
        state = 'busy';
        setTimeout(writeOn, BUSY_MS).unref();
      } else if (error === null) {
        begun = restOf(bytes, written);
        if (begun !== null || size >= enough || settled.length > 0) writeOn();
        else become('idle');
      } else {
        become('failed');
      }
    });
  };

  /** What failed is tried again once in a while, not by each line. */
  const timer = setInterval(() => {
    if (state === 'idle' || state === 'failed') writeOn();
  }, LATEST_MS);
  timer.unref();

  /** INVARIANT: it ends, whatever becomes of the lines (test/gateway/watch/openStandardError.test.ts). */
  const atExit = (): void => {
    const last: Buffer[] = waiting.splice(0).map((text) => Buffer.from(text));
    if (begun !== null && state !== 'writing') last.unshift(begun);
    writeNow(Buffer.concat(last));
  };
  process.once('exit', atExit);

  return {
    write(line) {
      if (size + line.length > MOST) return;
      const text = waiting.at(-1);
      if (text === undefined || text.length + line.length > AT_ONCE) waiting.push(line);
      else waiting[waiting.length - 1] = text + line;
      size += line.length;
      if (state === 'idle' && size >= enough) writeOn();
    },
    async close() {
      enough = 0;
      const written = new Promise<void>((resolve) => settled.push(resolve));
      if (state === 'idle' || state === 'failed') writeOn();
      await written;
      clearInterval(timer);
      process.off('exit', atExit);
    },
  };
}

/** Writes while the process ends; what cannot be written is lost. */
function writeNow(bytes: Buffer): void {
  const latest = performance.now() + BUSY_AT_EXIT_MS;
  let rest: Buffer | null = restOf(bytes, 0);
  while (rest !== null) {
    try {
      rest = restOf(rest, writeSync(DESCRIPTOR, rest));
    } catch (error) {
      if (!isBusy(error) || performance.now() > latest) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_MS);
    }
  }
}

function restOf(bytes: Buffer, written: number): Buffer | null {
  return written < bytes.length ? bytes.subarray(written) : null;
}

/** Whether it is a pipe that is full for the moment, and that does not wait. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EBUSY');
}
