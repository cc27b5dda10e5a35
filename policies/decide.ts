import type { Caller } from './caller.ts';
import { decideStatically, type Opening } from './decideStatically.ts';
import { consentDenial, hasObjected } from './consentStanding.ts';
import type { ConsentState, SubjectState } from './consent/state.ts';
import { acceptableSince } from './acceptableSince.ts';
import { currentRevision } from './currentRevision.ts';
import type { AllowReason, Decision, SubjectDenial } from './decision.ts';
import type { Policy } from './policy.ts';
import type { Rule } from './rule.ts';

export { decideStatically, type StaticVerdict } from './decideStatically.ts';
export { strictest } from './strictest.ts';

/**
 * The decision on one field's value about one data subject: the whole ordered table, where the first denial
 * wins. `now` is in ms since the epoch. Pure and total: it never throws, and whatever it cannot answer it
 * denies.
 *
 * INVARIANT: a row that throws counts as that row's denial (test/policies/decide.hostile.test.ts).
 */
export function decide(
  policy: Policy,
  rule: Rule,
  caller: Caller,
  subject: SubjectState,
  now: number,
): Decision {
  const opening = decideStatically(policy, rule, caller);
  return opening.effect === 'deny' ? opening : decideForSubject(policy, opening, caller, subject, now);
}

/**
 * Rows 8 to 15 alone, for callers that have settled rows 1 to 7 with `decideStatically` once for a profile and
 * now ask for each subject. The opening must come from the same policy and caller.
 */
export function decideForSubject(
  policy: Policy,
  opening: Opening,
  caller: Caller,
  subject: SubjectState,
  now: number,
): Decision {
  let question: Question;
  try {
    const { purpose } = opening;
    const { recipient } = caller;
    question = { policy, opening, purpose, caller, recipient, subject, now };
  } catch {
    return { effect: 'deny', reason: 'SUBJECT_UNRESOLVED' };
  }
  for (const row of SUBJECT_ROWS) {
    let answer: Answer;
    try {
      answer = row.ask(question);
    } catch {
      return { effect: 'deny', reason: row.unanswered };
    }
    if (answer === 'pass') continue;
    if (answer === 'GROUND' || answer === 'SELF') return allow(opening, answer);
    return row.fallback === 'masked' && mayFallBack(question)
      ? { effect: 'allow', level: 'masked', reason: answer }
      : { effect: 'deny', reason: answer };
  }
  switch (opening.basis) {
    case 'notified':
      return allow(opening, 'NOTIFIED');
    case 'consent':
      return allow(opening, 'CONSENT');
    case 'ground':
    case 'self':
    default:
      // Rows 9 and 10 settle these two; any other basis is none.
      return { effect: 'deny', reason: 'CONSENT_NOT_GIVEN' };
  }
}

interface Question {
  readonly policy: Policy;
  readonly opening: Opening;
  readonly purpose: Opening['purpose'];
  readonly caller: Caller;
  readonly recipient: string;
  readonly subject: SubjectState;
  readonly now: number;
}

/** `pass`: the next row decides. `GROUND` and `SELF` allow at once; the others deny. */
type Answer = 'pass' | Extract<AllowReason, 'GROUND' | 'SELF'> | SubjectDenial;

interface SubjectRow {
  readonly row: number;
  readonly unanswered: SubjectDenial;
  readonly ask: (question: Question) => Answer;
  /** Whether a purpose may show the mask in place of this row's denial. */
  readonly fallback?: 'masked';
}

/**
 * The rows that depend on the data subject, in order (DESIGN §4). Not frozen, unlike other lists: the engine goes
 * through frozen ones several times slower, and this one is gone through for every subject.
 */
const SUBJECT_ROWS: readonly SubjectRow[] = [
  { row: 8, unanswered: 'SUBJECT_UNRESOLVED', ask: subjectKnown },
  { row: 9, unanswered: 'GROUND_OUT_OF_SCOPE', ask: groundNamesSubject },
  { row: 10, unanswered: 'SELF_MISMATCH', ask: subjectIsEndUser },
  { row: 11, unanswered: 'CONSENT_UNAVAILABLE', ask: consentRead },
  { row: 12, unanswered: 'SUSPENDED', ask: useNotSuspended },
  { row: 12, unanswered: 'OBJECTED', ask: notObjected },
  { row: 13, unanswered: 'CHANNEL_NOT_COVERED', ask: channelCovered },
  { row: 14, unanswered: 'CONSENT_NOT_GIVEN', ask: consentGiven, fallback: 'masked' },
  { row: 15, unanswered: 'REVISION_NOT_ACCEPTED', ask: revisionAccepted },
];

function subjectKnown({ subject }: Question): Answer {
  const known = subject.kind === 'known' || subject.kind === 'unavailable';
  return known && typeof subject.subject === 'string' && subject.subject !== ''
    ? 'pass'
    : 'SUBJECT_UNRESOLVED';
}

function groundNamesSubject({ opening, caller, subject, now }: Question): Answer {
  if (opening.basis !== 'ground') return 'pass';
  if (caller.ground === null || subject.kind === 'unresolved') return 'GROUND_OUT_OF_SCOPE';
  const { subjects, expires } = caller.ground;
  return now < expires && Array.isArray(subjects) && subjects.includes(subject.subject)
    ? 'GROUND'
    : 'GROUND_OUT_OF_SCOPE';
}

function subjectIsEndUser({ opening, caller, subject }: Question): Answer {
  if (opening.basis !== 'self') return 'pass';
  return subject.kind !== 'unresolved' && caller.endUser === subject.subject ? 'SELF' : 'SELF_MISMATCH';
}

/** A state about somebody else is no state. */
function consentRead({ subject }: Question): Answer {
  return subject.kind === 'known' && subject.state.subject === subject.subject
    ? 'pass'
    : 'CONSENT_UNAVAILABLE';
}

function useNotSuspended(question: Question): Answer {
  // States come from elsewhere: only a plain `false` says that nothing is suspended.
  const suspended: unknown = stateOf(question).suspended;
  return suspended !== false && question.purpose.suspendable ? 'SUSPENDED' : 'pass';
}

function notObjected(question: Question): Answer {
  const basis = question.opening.basis === 'consent' ? 'consent' : 'notified';
  return hasObjected(stateOf(question), question, basis) ? 'OBJECTED' : 'pass';
}

function channelCovered(question: Question): Answer {
  const { channels } = question.purpose;
  if (channels === null) return 'pass';
  const acquired = stateOf(question).collectionMethods.some((method) => channels.includes(method));
  return acquired ? 'pass' : 'CHANNEL_NOT_COVERED';
}

function consentGiven(question: Question): Answer {
  if (question.opening.basis !== 'consent') return 'pass';
  return consentDenial(stateOf(question), question) ?? 'pass';
}

/**
 * Article 12: use of the services after a revision is deemed consent to it. Notification alone is not: whoever never
 * used the services, or was erased, has accepted nothing.
 */
function revisionAccepted(question: Question): Answer {
  if (question.opening.basis !== 'notified') return 'pass';
  const since = acceptableSince(currentRevision(question.policy, question.now));
  const lastUse = stateOf(question).lastServiceUse;
  const accepted = typeof lastUse === 'number' && since !== null && since <= question.now && lastUse >= since;
  return accepted ? 'pass' : 'REVISION_NOT_ACCEPTED';
}

function mayFallBack({ policy, purpose, recipient }: Question): boolean {
  return purpose.fallback === 'masked' && policy.recipients.get(recipient)?.kind === 'internal';
}

function stateOf({ subject }: Question): ConsentState {
  if (subject.kind !== 'known') throw new TypeError('Row 11 lets only known consent states pass.');
  return subject.state;
}

function allow(opening: Opening, reason: AllowReason): Decision {
  return { effect: 'allow', level: opening.level === 'full' ? 'full' : 'masked', reason };
}
