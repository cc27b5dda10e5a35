import type { Caller } from '../../policies/caller.ts';

/**
 * The part of a caller that static decisions depend on, as a cache key: one operation is prepared once per
 * profile. Nothing else about the caller may influence what is prepared.
 *
 * INVARIANT: two callers with equal profiles get equal rows 1–7 (test/gateway/prepare/profile.test.ts).
 */
export function profileKey(caller: Caller): string {
  return JSON.stringify([caller.purpose, caller.recipient, caller.ground?.kind ?? null]);
}
