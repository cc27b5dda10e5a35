import type { Caller, Ground } from '../../policies/caller.ts';
import type { ConsentEntry, ConsentState, SubjectState } from '../../policies/consent/state.ts';
import { decide } from '../../policies/decide.ts';
import type { Policy } from '../../policies/policy.ts';
import type { Rule } from '../../policies/rule.ts';
import { smallPolicy } from './smallPolicy.ts';

/** The time of every question, in ms since the epoch. */
export const NOW = Date.parse('2024-06-01');
/** A day in ms since the epoch. */
export const at = (day: string): number => Date.parse(day);

/** Everything one decision depends on. */
export interface Case {
  policy: Policy;
  rule: Rule;
  caller: Caller;
  subject: SubjectState;
  now: number;
}

/** The policy that is asked. */
export const POLICY = smallPolicy();
/** Somebody who has used the services lately and consented to nothing. */
export const STATE: ConsentState = {
  subject: 'user:u_1',
  suspended: false,
  lastServiceUse: at('2024-05-01'),
  collectionMethods: ['survey'],
  entries: [],
  reference: null,
};
/** A ground that covers that somebody. */
export const GROUND: Ground = {
  kind: 'law',
  reference: 'case 1',
  expires: at('2024-07-01'),
  subjects: ['user:u_1'],
};

/** One entry of a consent state; any recipient and no end unless told. */
export function entry(
  state: ConsentEntry['state'],
  purpose: string,
  day: string,
  rest: Partial<ConsentEntry> = {},
): ConsentEntry {
  return { purpose, recipient: null, state, at: at(day), expiresAt: null, ...rest };
}

/** A question about an e-mail address, asked internally for a purpose. */
export function caseOf(
  purpose: string | null,
  state: Partial<ConsentState> = {},
  caller: Partial<Caller> = {},
): Case {
  return {
    policy: POLICY,
    rule: { categories: ['contact.email'], allow: null, deny: [] },
    caller: {
      client: 'desk',
      purpose,
      recipient: 'internal',
      endUser: null,
      actor: null,
      ground: null,
      ...caller,
    },
    subject: { kind: 'known', subject: 'user:u_1', state: { ...STATE, ...state } },
    now: NOW,
  };
}

/** `full CONSENT`, or the reason of a denial. */
export function answer({ policy, rule, caller, subject, now }: Case): string {
  const decision = decide(policy, rule, caller, subject, now);
  return decision.effect === 'deny' ? decision.reason : `${decision.level} ${decision.reason}`;
}
