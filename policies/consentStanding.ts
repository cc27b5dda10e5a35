import type { ConsentEntry, ConsentState } from './consent/state.ts';
import { covers } from './covers.ts';
import type { SubjectDenial } from './decision.ts';
import type { Policy, Purpose } from './policy.ts';

/** What an entry is weighed against: who would receive the data, for which purpose, when (ms since the epoch). */
export interface Use {
  readonly policy: Policy;
  readonly purpose: Purpose;
  readonly recipient: string;
  readonly now: number;
}

/**
 * The refusals, withdrawals and objections that stand against a use. One stands if it speaks of the purpose or
 * an ancestor, for this or any recipient, and no later *given* of equal or narrower scope lifts it. Whatever is
 * not a clear `GIVEN` counts as one.
 *
 * INVARIANT: one more denial never turns a denial into an allow (test/policies/decide.properties.test.ts).
 */
export function standingDenials(state: ConsentState, use: Use): readonly ConsentEntry[] {
  // Of most people there are none; and thousands may be asked about with one answer.
  if (!state.entries.some(isDenial)) return NONE;
  const denials = state.entries.filter(
    (entry) =>
      isDenial(entry) &&
      covers(entry.purpose, use.purpose.key) &&
      (entry.recipient === null || covers(entry.recipient, use.recipient)),
  );
  const lifting = state.entries.filter((entry) => isGivenFor(entry, use) && isUnexpired(entry, use.now));
  return denials.filter((entry) => !lifting.some((given) => lifts(given, entry)));
}

const NONE: readonly never[] = [];

function isDenial({ state }: ConsentEntry): boolean {
  return state !== 'GIVEN';
}

/**
 * Row 12: whether the subject has said no to a use that rests on a published objective. On such a use a refusal
 * or a withdrawal says the same as an objection; on one that rests on consent, row 14 names them.
 */
export function hasObjected(state: ConsentState, use: Use, basis: 'notified' | 'consent'): boolean {
  if (!use.purpose.objectable) return false;
  const standing = standingDenials(state, use);
  return basis === 'notified' ? standing.length > 0 : standing.some((entry) => entry.state === 'OBJECTED');
}

/** Row 14: what is missing of the subject's consent to a use, or `null` if it is given, unexpired and not taken back. */
export function consentDenial(state: ConsentState, use: Use): SubjectDenial | null {
  let last: ConsentEntry | undefined;
  for (const entry of standingDenials(state, use)) {
    if (entry.state !== 'OBJECTED' && !(last !== undefined && entry.at < last.at)) last = entry;
  }
  if (last !== undefined) return last.state === 'WITHDRAWN' ? 'CONSENT_WITHDRAWN' : 'CONSENT_REFUSED';
  let denial: SubjectDenial = 'CONSENT_NOT_GIVEN';
  for (const entry of state.entries) {
    if (!isGivenFor(entry, use)) continue;
    if (isUnexpired(entry, use.now)) return null;
    denial = 'CONSENT_EXPIRED';
  }
  return denial;
}

/**
 * A consent speaks for the purpose it names and those incidental to it, and for the recipient it names or, if
 * it names none, for any. It must name a purpose that can be declared: nobody consents to `agreed` as such
 * (Article 4, item 11). One dated ahead is not given yet.
 */
function isGivenFor(entry: ConsentEntry, { policy, purpose, recipient, now }: Use): boolean {
  return (
    entry.state === 'GIVEN' &&
    covers(entry.purpose, purpose.key) &&
    policy.purposes.get(entry.purpose)?.declarable === true &&
    (entry.recipient === null || entry.recipient === recipient) &&
    entry.at <= now
  );
}

function isUnexpired(entry: ConsentEntry, now: number): boolean {
  return entry.expiresAt === null || now < entry.expiresAt;
}

function lifts(given: ConsentEntry, denial: ConsentEntry): boolean {
  return (
    given.at > denial.at &&
    covers(denial.purpose, given.purpose) &&
    (denial.recipient === null || (given.recipient !== null && covers(denial.recipient, given.recipient)))
  );
}
