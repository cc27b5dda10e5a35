import type { Revision } from './policy.ts';

/**
 * From when on use of the services is deemed consent to a revision (Article 12), in ms since the epoch; `null`: not yet
 * known. Of a significant one the subjects must have been notified by then. Where the text does not say whether it was
 * significant it counts as one that need not have been, but use before a date of notification that is known counts for
 * nothing.
 */
export function acceptableSince({ effective, significant, notified }: Revision): number | null {
  if (significant === false) return effective;
  if (typeof notified === 'number') return Math.max(effective, notified);
  return significant === true ? null : effective;
}
