import type { Policy, Revision } from './policy.ts';

/**
 * The revision of the policy in force at `now` (ms since the epoch): the latest one effective by then, for
 * answers, the audit and row 15 (Article 12). Before the first one it is that first one, whose `effective` then
 * lies ahead, so that nobody counts as having accepted it. Throws if the policy has none, which the loader
 * does not let happen.
 */
export function currentRevision(policy: Policy, now: number): Revision {
  const current = policy.revisions.findLast(({ effective }) => effective <= now) ?? policy.revisions[0];
  if (current === undefined) throw new TypeError('The policy has no revision; it must list at least one.');
  return current;
}
