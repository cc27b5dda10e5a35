import { unwatchFile, watchFile as watchStatus } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often the file is looked at, and how long it is left to settle after a change. Milliseconds. */
const LOOK_EVERY = 200;
const SETTLE = 100;

/** What to watch, and whom to tell. */
export interface WatchFileOptions {
  readonly file: string;
  /** Reads the whole text; what it throws is told as it is. */
  readonly read: () => Promise<string>;
  /** Text that is known already; `null`: what the file holds when watching begins. */
  readonly known: string | null;
  /** Gets each new text, one at a time; what it throws goes to `onError`. */
  readonly onText: (text: string) => void | Promise<void>;
  readonly onError: (error: Error) => void;
}

/** A file that is being watched. */
export interface FileWatch {
  /** Resolves once changes are noticed. */
  readonly ready: Promise<void>;
  close(): void;
}

/**
 * Tells whenever a file's text changes. A file that goes away is told of, and so is its text once it is back.
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
  const readFirst = async (): Promise<void> => {
    known ??= await read().catch(() => null);
  };
  const ready = readFirst();
  let work = ready;

  const reload = async (turn: number): Promise<void> => {
    await sleep(SETTLE);
    // A later change has its own turn.
    if (isClosed || turn !== wanted) return;
    try {
      const text = await read().catch((error: unknown) => {
        // Should it come back as it was, that is told too: it is not missing any more.
        known = null;
        throw error;
      });
      if (text === known) return;
      known = text;
      if (!closed()) await onText(text);
    } catch (error) {
      if (!closed()) onError(error instanceof Error ? error : new Error(`${file} could not be read anew.`));
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
      unwatchFile(file, look);
    },
  };
}
