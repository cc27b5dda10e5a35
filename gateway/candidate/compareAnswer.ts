import type { Caller } from '../../policies/caller.ts';
import type { SubjectState } from '../../policies/consent/state.ts';
import type { Decision } from '../../policies/decision.ts';
import type { Policy } from '../../policies/policy.ts';
import type { Prepared } from '../prepare/prepare.ts';
import { createDecider, type Decide } from '../project/decider.ts';
import type { Guard } from '../project/shape.ts';
import type { Slots } from '../project/slots.ts';
import type { CandidateGuards } from './candidateGuards.ts';
import { keyOf, type Change, type Direction, type Outcome } from './changes.ts';
import { eachDecision } from './eachDecision.ts';

/** An answer that was given, by what it was made of. */
export interface GivenAnswer {
  readonly prepared: Prepared;
  readonly data: unknown;
  readonly decide: Decide;
  /** Consents that were asked for. */
  readonly states: ReadonlyMap<string, SubjectState>;
  readonly caller: Caller;
}

/** The changes of one answer, with how many values each is about, by `keyOf`. */
export type FoundChanges = Map<string, { readonly change: Change; values: number }>;

/**
 * What a candidate would show otherwise of an answer that was given, from what was fetched for it.
 *
 * Where today's policy denies for the profile alone, neither the value nor whom it is about was fetched for it. What is
 * known then is what the candidate says of the profile: it would show it `perhaps`, if the person permits. What stands
 * below an object that is denied today is not there to be compared.
 *
 * @param caller the same caller as the candidate admits them.
 */
export function compareAnswer(
  { prepared, data, decide, states, caller: { client } }: GivenAnswer,
  policy: Policy,
  caller: Caller,
  guards: CandidateGuards,
): FoundChanges {
  const found: FoundChanges = new Map();
  const byGuard = new Map<Guard, { from: Outcome; to: Outcome; entry: { values: number } | null }[]>();
  const candidate = createDecider(policy, caller, states, Date.now());

  const outcomeUnderCandidate = (today: Guard, slots: Slots): Outcome => {
    const guard = guards.of(today, caller);
    const decision = candidate(guard, slots);
    const isUnknown =
      today.verdict.effect === 'deny' && guard.verdict.effect === 'open' && dependsOnUnfetched(decision);
    return isUnknown && guard.verdict.effect === 'open'
      ? `perhaps ${guard.verdict.level}`
      : outcomeOf(decision);
  };

  eachDecision(data, prepared.shape, decide, (guard, decision, slots) => {
    const from = outcomeOf(decision);
    const to = outcomeUnderCandidate(guard, slots);
    let known = byGuard.get(guard);
    if (known === undefined) byGuard.set(guard, (known = []));
    let same = known.find((each) => each.from === from && each.to === to);
    if (same === undefined) {
      same = { from, to, entry: from === to ? null : entryOf(guard, from, to) };
      known.push(same);
    }
    if (same.entry !== null) same.entry.values += 1;
  });
  return found;

  function entryOf({ report: { coordinate } }: Guard, from: Outcome, to: Outcome): { values: number } {
    const change: Change = { coordinate, client, from, to, direction: directionOf(from, to) };
    const key = keyOf(change);
    const entry = found.get(key) ?? { change, values: 0 };
    found.set(key, entry);
    return entry;
  }
}

/** Denials that stand for what today's policy gave no cause to fetch or to ask. */
function dependsOnUnfetched(decision: Decision): boolean {
  return (
    decision.effect === 'deny' &&
    (decision.reason === 'SUBJECT_UNRESOLVED' || decision.reason === 'CONSENT_UNAVAILABLE')
  );
}

function outcomeOf(decision: Decision): Outcome {
  return `${decision.effect === 'deny' ? 'denied' : decision.level} ${decision.reason}`;
}

/** How much an outcome shows. */
function shows(outcome: Outcome): number {
  if (outcome.startsWith('full') || outcome.startsWith('perhaps full')) return 2;
  return outcome.startsWith('masked') || outcome.startsWith('perhaps masked') ? 1 : 0;
}

function directionOf(from: Outcome, to: Outcome): Direction {
  if (to.startsWith('perhaps')) return 'perhaps-more';
  if (shows(from) === shows(to)) return 'same';
  return shows(to) > shows(from) ? 'more' : 'less';
}
