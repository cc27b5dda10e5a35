import { unwatchFile, watchFile } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parsePolicy, readPolicyText } from './loadPolicy.ts';
import type { Policy } from './policy.ts';
import type { PolicyError } from './policyError.ts';

/** How often the file is looked at, and how long it is left to settle after a change. Milliseconds. */
const LOOK_EVERY = 200;
const SETTLE = 100;

/**
 * Reads the policy anew whenever its file's text changes. `onChange` gets each good policy; `onError` gets what
 * is wrong with a bad one, and the old one should then stay. Whoever calls has loaded the policy already: the
 * text found first counts as known. A file that goes away and comes back is noticed too.
 *
 * It looks at the file's status in intervals rather than listening for events, which editors that replace the
 * file, mounted volumes and symbolic links that are switched each break in another way.
 */
export function watchPolicy(
  file: string,
  onChange: (policy: Policy) => void,
  onError: (error: PolicyError | Error) => void,
): { close(): void } {
  let isClosed = false;
  let wanted = 0;
  let known: string | null = null;
  const readFirst = async (): Promise<void> => {
    known = await readPolicyText(file).catch(() => null);
  };
  let work = readFirst();

  const reload = async (turn: number): Promise<void> => {
    await sleep(SETTLE);
    // A later change has its own turn.
    if (isClosed || turn !== wanted) return;
    try {
      const text = await readPolicyText(file);
      if (text === known) return;
      known = text;
      const policy = parsePolicy(text, file);
      if (!isClosed) onChange(policy);
    } catch (error) {
      if (!isClosed) onError(error instanceof Error ? error : new Error('The policy could not be reloaded.'));
    }
  };

  const look = (): void => {
    const turn = ++wanted;
    work = work.then(async () => await reload(turn));
  };
  watchFile(file, { interval: LOOK_EVERY, persistent: false }, look);

  return {
    close(): void {
      isClosed = true;
      unwatchFile(file, look);
    },
  };
}
