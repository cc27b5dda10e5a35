import { unwatchFile, watchFile as watchStatus } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How often the file is looked at, how long it is left to settle after a change, and when it is read again where that
 * failed. Milliseconds.
 */
const LOOK_EVERY = 200;
const SETTLE = 100;
const READ_AGAIN = 1_000;

/** What to watch, and whom to tell. */
export interface WatchFileOptions {
  readonly file: string;
  /** Reads the whole text; what it throws is told as it is. */
  readonly read: () => Promise<string>;
  /** Text that is known already; `null`: what the file holds when watching begins. */
  readonly known: string | null;
  /** Gets each new text, one at a time; what it throws goes to `onError`. */
  readonly onText: (text: string) => void | Promise<void>;
  /** Gets an error of reading once, however often it is met until the file is read. */
  readonly onError: (error: Error) => void;
}

/** A file that is being watched. */
export interface FileWatch {
  /** Resolves once changes are noticed. */
  readonly ready: Promise<void>;
  close(): void;
}

/**
 * Tells whenever a file's text changes. A file that goes away is told of, and so is its text once it is back. One that
 * could not be read is tried again: what kept it from being read, such as too many open files, need not change it.
 *
 * It looks at the file's status in intervals rather than listening for events, which editors that replace the
 * file, mounted volumes (such as a ConfigMap's, which switch symbolic links) and network file systems each break in
 * another way.
 */
export function watchFile(options: WatchFileOptions): FileWatch {
  const { file, read, onText, onError } = options;
  let isClosed = false;
  let wanted = 0;
  let known = options.known;
  /** What was said of reading since it last succeeded. */
  const told = new Set<string>();
  let again: NodeJS.Timeout | undefined;
  const readFirst = async (): Promise<void> => {
    known ??= await read().catch(() => null);
  };
  const ready = readFirst();
  let work = ready;

  const reload = async (turn: number): Promise<void> => {
    clearTimeout(again);
    await sleep(SETTLE);
    // A later change has its own turn.
    if (isClosed || turn !== wanted) return;
    try {
      const text = await readOrTell();
      if (text === null || text === known) return;
      known = text;
      if (!closed()) await onText(text);
    } catch (error) {
      if (!closed()) onError(errorOf(error, file));
    }
  };

  /** The text; `null` where it cannot be read, which is told and tried again. */
  const readOrTell = async (): Promise<string | null> => {
    try {
      const text = await read();
      told.clear();
      return text;
    } catch (error) {
      // Should it come back as it was, that is told too: it is not missing any more.
      known = null;
      if (closed()) return null;
      again = setTimeout(look, READ_AGAIN);
      again.unref();
      const problem = errorOf(error, file);
      if (!told.has(problem.message)) onError(problem);
      told.add(problem.message);
      return null;
    }
  };

  /** It may have been closed while something was waited for. */
  const closed = (): boolean => isClosed;

  const look = (): void => {
    const turn = ++wanted;
    work = work.then(async () => await reload(turn));
  };
  watchStatus(file, { interval: LOOK_EVERY, persistent: false }, look);
  // What changed before the file's status was first looked at shows in its text alone.
  look();

  return {
    ready,
    close(): void {
      isClosed = true;
      clearTimeout(again);
      unwatchFile(file, look);
    },
  };
}

function errorOf(error: unknown, file: string): Error {
  return error instanceof Error ? error : new Error(`${file} could not be read anew.`);
}
