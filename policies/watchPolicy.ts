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
 * is wrong with a bad one, and the old one should then stay. A file that goes away and comes back is noticed too.
 *
 * The text found first counts as known. So that no change is missed between loading and watching, wait for `ready`
 * and load the policy then: what changes later is told, at worst twice.
 *
 * It looks at the file's status in intervals rather than listening for events, which editors that replace the
 * file, mounted volumes and symbolic links that are switched each break in another way.
 */
export function watchPolicy(
  file: string,
  onChange: (policy: Policy) => void,
  onError: (error: PolicyError | Error) => void,
): { readonly ready: Promise<void>; close(): void } {
  let isClosed = false;
  let wanted = 0;
  let known: string | null = null;
  const readFirst = async (): Promise<void> => {
    known = await readPolicyText(file).catch(() => null);
  };
  const ready = readFirst();
  let work = ready;

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
