import type { Caller } from '../../policies/caller.ts';
import { decideStatically, type StaticVerdict } from '../../policies/decideStatically.ts';
import type { Policy } from '../../policies/policy.ts';
import { profileKey } from '../prepare/profile.ts';
import type { Guard } from '../project/shape.ts';

/** Guards of prepared operations as a candidate would have them. */
export interface CandidateGuards {
  /** The same guard with the candidate's verdict, for a caller as the candidate admits them. */
  readonly of: (guard: Guard, caller: Caller) => Guard;
}

/** Creates the guards of one candidate: each is decided about once for a profile, as in `prepare`. */
export function createCandidateGuards(policy: Policy): CandidateGuards {
  const profiles = new Map<string, (guard: Guard, caller: Caller) => Guard>();
  return {
    of(guard, caller) {
      const key = profileKey(caller);
      let known = profiles.get(key);
      if (known === undefined) profiles.set(key, (known = ofProfile(policy)));
      return known(guard, caller);
    },
  };
}

function ofProfile(policy: Policy): (guard: Guard, caller: Caller) => Guard {
  // Prepared operations come and go, and what is known of their guards with them.
  const known = new WeakMap<Guard, Guard>();
  const questions = new Map<string, number>();
  return (guard, caller) => {
    let own = known.get(guard);
    if (own === undefined) {
      const verdict = decideStatically(policy, guard.rule, caller);
      const key = questionKey(verdict);
      const question = questions.get(key) ?? questions.size;
      questions.set(key, question);
      known.set(guard, (own = { ...guard, verdict, question }));
    }
    return own;
  };
}

function questionKey(verdict: StaticVerdict): string {
  if (verdict.effect === 'deny') return verdict.effect;
  return JSON.stringify([verdict.purpose.key, verdict.basis, verdict.level]);
}
