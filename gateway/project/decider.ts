import type { Caller } from '../../policies/caller.ts';
import type { SubjectState } from '../../policies/consent/state.ts';
import { decideForSubject } from '../../policies/decide.ts';
import type { Decision } from '../../policies/decision.ts';
import type { Policy } from '../../policies/policy.ts';
import { strictest } from '../../policies/strictest.ts';
import type { Guard } from './shape.ts';
import type { Slots } from './slots.ts';

/** Decides one guard for the subjects of the object at hand. */
export type Decide = (guard: Guard, slots: Slots) => Decision;

/**
 * Creates the decisions of one request: each subject is asked each question once.
 *
 * @param states consent states by subject id; a subject that is missing from it counts as unavailable, and so
 * does one for whom it holds a state about somebody else.
 * @param now ms since the epoch; one instant for the whole answer.
 */
export function createDecider(
  policy: Policy,
  caller: Caller,
  states: ReadonlyMap<string, SubjectState>,
  now: number,
): Decide {
  const bySubject = new Map<string, Decision[]>();

  const decideOne = (guard: Guard, subject: string): Decision => {
    let answers = bySubject.get(subject);
    if (answers === undefined) bySubject.set(subject, (answers = []));
    const known = answers[guard.question];
    if (known !== undefined) return known;
    const found = states.get(subject);
    const isTheirs = found !== undefined && found.kind !== 'unresolved' && found.subject === subject;
    const decision = settle(guard, isTheirs ? found : { kind: 'unavailable', subject });
    answers[guard.question] = decision;
    return decision;
  };

  const settle = ({ verdict }: Guard, state: SubjectState): Decision =>
    verdict.effect === 'deny' ? verdict : decideForSubject(policy, verdict, caller, state, now);

  return (guard, slots) => {
    if (guard.verdict.effect === 'deny') return guard.verdict;
    const decisions: Decision[] = [];
    for (const slot of guard.slots) {
      const subjects = slot === null ? null : slots.ids(slot);
      if (subjects === null) return settle(guard, { kind: 'unresolved' });
      for (const subject of subjects) decisions.push(decideOne(guard, subject));
    }
    // INVARIANT: no subject, no permission (test/gateway/project/decider.test.ts): `strictest` denies an empty list.
    return decisions.length === 1 && decisions[0] !== undefined ? decisions[0] : strictest(decisions);
  };
}
