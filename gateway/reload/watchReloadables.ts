import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { watchFile } from '../../policies/watchFile.ts';
import type { Reloadable, Reloaded } from './reloadable.ts';

/** A file that was refused, and whose predecessor is therefore still in force. */
export interface RefusedReload {
  readonly what: Reloaded;
  /** ISO 8601. What was wrong stands in the log alone: whoever asks for readiness is anybody. */
  readonly since: string;
}

/** What is watched. */
export interface Reloading {
  /** Resolves once changes of all are noticed. */
  readonly ready: Promise<void>;
  /** Files that are refused at this moment: warnings, since the gateway serves on what it had. */
  readonly refused: () => readonly RefusedReload[];
  close(): void;
}

/** Options of `watchReloadables`. */
export interface WatchReloadablesOptions {
  readonly reloadables: readonly Reloadable[];
  readonly logger: Pick<Logger, 'info' | 'error'>;
  /** Told of each outcome, for metrics. */
  readonly count?: (what: Reloaded, outcome: 'reloaded' | 'refused') => void;
}

/** Watches files and puts in force what they come to hold, each by itself. */
export function watchReloadables({ reloadables, logger, count }: WatchReloadablesOptions): Reloading {
  const refused = new Map<Reloadable, RefusedReload>();
  const watches = reloadables.map((reloadable) => {
    const { what, file, text: known, replace } = reloadable;
    return watchFile({
      file,
      read: async () => await readText(file),
      known,
      async onText(text) {
        const outcome = await replace(text);
        refused.delete(reloadable);
        if (outcome === 'pending') return;
        count?.(what, 'reloaded');
        logger.info(`${what} reloaded`);
      },
      onError(error) {
        const since = refused.get(reloadable)?.since ?? new Date().toISOString();
        refused.set(reloadable, { what, since });
        count?.(what, 'refused');
        logger.error({ problem: error.message }, `${what} not reloaded; the old one stays in force`);
      },
    });
  });
  return {
    ready: Promise.all(watches.map(async ({ ready }) => await ready)).then(() => undefined),
    refused: () => [...refused.values()],
    close() {
      for (const watch of watches) watch.close();
    },
  };
}

/** UTF-8 alone: anything else is a file of another kind, or one that is being written. */
async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new Error(`${file}: expected a file with text in UTF-8 (${code}).`, { cause: error });
  }
}
