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
  const byQuestion: Map<string, Decision>[] = [];
  const bySlot: Asked[][] = [];

  const decideOne = (guard: Guard, subject: string): Decision => {
    const found = states.get(subject);
    const isTheirs = found !== undefined && found.kind !== 'unresolved' && found.subject === subject;
    return settle(guard, isTheirs ? found : { kind: 'unavailable', subject });
  };

  const settle = ({ verdict }: Guard, state: SubjectState): Decision =>
    verdict.effect === 'deny' ? verdict : decideForSubject(policy, verdict, caller, state, now);

  const decideAll = (guard: Guard, subjects: readonly string[]): Decision => {
    const known = (byQuestion[guard.question] ??= new Map());
    let strict: Decision | null = null;
    for (const subject of subjects) {
      let decision = known.get(subject);
      if (decision === undefined) known.set(subject, (decision = decideOne(guard, subject)));
      strict = stricter(strict, decision);
    }
    return strict ?? NOBODY;
  };

  /** As long as the object at hand stays the same, so do its subjects: decided once, however many fields ask. */
  const decideAt = (guard: Guard, slot: number, subjects: readonly string[]): Decision => {
    const asked = (bySlot[slot] ??= []);
    const last = asked[guard.question];
    if (last?.subjects === subjects) return last.decision;
    const decision = decideAll(guard, subjects);
    asked[guard.question] = { subjects, decision };
    return decision;
  };

  return (guard, slots) => {
    if (guard.verdict.effect === 'deny') return guard.verdict;
    let strict: Decision | null = null;
    for (const slot of guard.slots) {
      const subjects = slot === null ? null : slots.ids(slot);
      if (slot === null || subjects === null) return settle(guard, { kind: 'unresolved' });
      strict = stricter(strict, decideAt(guard, slot, subjects));
    }
    return strict ?? NOBODY;
  };
}

/** INVARIANT: no subject, no permission (test/gateway/project/decider.test.ts): `strictest` denies an empty list. */
const NOBODY: Decision = Object.freeze(strictest([]));

function stricter(known: Decision | null, next: Decision): Decision {
  return known === null || known === next ? next : strictest([known, next]);
}

/** Whom a slot held when one question was last asked about it. */
interface Asked {
  readonly subjects: readonly string[];
  readonly decision: Decision;
}
