import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { watchFile } from '../../policies/watchFile.ts';
import type { Reloadable, Reloaded } from './reloadable.ts';

/** What is watched. */
export interface Reloading {
  /** Resolves once changes of all are noticed. */
  readonly ready: Promise<void>;
  close(): void;
}

/** Options of `watchReloadables`. */
export interface WatchReloadablesOptions {
  readonly reloadables: readonly Reloadable[];
  readonly logger: Pick<Logger, 'info' | 'error'>;
  /** Told of each outcome, for metrics and readiness. What was wrong stands in the log alone. */
  readonly count: (what: Reloaded, outcome: 'reloaded' | 'refused') => void;
}

/** Watches files and puts in force what they come to hold, each by itself. */
export function watchReloadables({ reloadables, logger, count }: WatchReloadablesOptions): Reloading {
  const watches = reloadables.map(({ what, file, text, replace }) => {
    const name = what.replaceAll('-', ' ');
    let isOneInForce = text !== null;
    return watchFile({
      file,
      read: async () => await readText(file),
      known: text ?? NEVER_READ,
      async onText(next) {
        const outcome = await replace(next);
        isOneInForce = true;
        count(what, 'reloaded');
        if (outcome !== 'pending') logger.info(`${name} reloaded`);
      },
      onError(error) {
        count(what, 'refused');
        const left = isOneInForce
          ? 'not reloaded; the old one stays in force'
          : 'not loaded; there is none in force';
        logger.error({ file, problem: error.message }, `${name} ${left}`);
      },
    });
  });
  return {
    ready: Promise.all(watches.map(async ({ ready }) => await ready)).then(() => undefined),
    close() {
      for (const watch of watches) watch.close();
    },
  };
}

/** No text file holds this: whatever there is differs from it, and is looked at. */
const NEVER_READ = '\0';

/** UTF-8 alone: anything else is a file of another kind, or one that is being written. */
async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new Error(`${file}: expected a file with text in UTF-8 (${code}).`, { cause: error });
  }
}
