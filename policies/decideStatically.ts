import type { Caller } from './caller.ts';
import { covers } from './covers.ts';
import type { Level, StaticDenial } from './decision.ts';
import { nearest } from './nearest.ts';
import type { Basis, Policy, Purpose } from './policy.ts';
import type { Rule } from './rule.ts';

/** Purposes that exercise the data subject's own rights (Article 8): served to the verified end user alone. */
export const RIGHTS_OF_ACCESS = 'rights.access';

/** Rows 1 to 7 let it pass: at most this level, if rows 8 to 15 of this basis permit it for the subject. */
export interface Opening {
  readonly effect: 'open';
  readonly level: Level;
  readonly basis: Basis;
  readonly purpose: Purpose;
}

/** What rows 1 to 7 answer. */
export type StaticVerdict = { readonly effect: 'deny'; readonly reason: StaticDenial } | Opening;

/**
 * Rows 1 to 7 of the decision table, which depend on the caller's profile and on no data subject. Total: what
 * throws is denied by the row that threw.
 */
export function decideStatically(policy: Policy, rule: Rule, caller: Caller): StaticVerdict {
  const question: Question = { policy, rule, caller };
  for (const { denial, denies } of STATIC_ROWS) {
    try {
      if (denies(question)) return { effect: 'deny', reason: denial };
    } catch {
      return { effect: 'deny', reason: denial };
    }
  }
  try {
    return open(question);
  } catch {
    return { effect: 'deny', reason: 'RECIPIENT_NOT_COVERED' };
  }
}

/**
 * The basis on which a purpose is served to a caller's recipient, `undefined` where there is none. Under a
 * ground it is the ground; without one a purpose that rests on grounds has none (Article 7).
 */
export function basisOf(
  policy: Policy,
  purpose: Purpose,
  caller: Pick<Caller, 'ground' | 'recipient'>,
): Basis | undefined {
  if (caller.ground !== null) return 'ground';
  if (!policy.recipients.has(caller.recipient)) return undefined;
  const basis = nearest(purpose.basis, caller.recipient);
  if (basis === undefined || basis === 'ground') return undefined;
  return covers(RIGHTS_OF_ACCESS, purpose.key) ? 'self' : basis;
}

/** Row 2: whether a category, or one that it belongs to, is never disclosed (passwords, whole card numbers). */
export function isNeverDisclosed(policy: Policy, category: string): boolean {
  return [...policy.categories.values()].some(({ key, never }) => never && covers(key, category));
}

/** Row 3: no identifying category to an advertiser (Article 9). One that the policy does not know may identify. */
export function isBarred(policy: Policy, category: string, recipient: string): boolean {
  const isAdvertiser =
    policy.recipients.get(recipient)?.kind === 'advertiser' || covers('advertiser', recipient);
  return isAdvertiser && policy.categories.get(category)?.identifying !== false;
}

interface Question {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly caller: Caller;
}

interface StaticRow {
  readonly row: number;
  readonly denial: StaticDenial;
  readonly denies: (question: Question) => boolean;
}

/**
 * The rows in order (DESIGN §4).
 *
 * INVARIANT: no ground lifts rows 2, 3 and 4 (test/policies/decide.properties.test.ts).
 */
const STATIC_ROWS: readonly StaticRow[] = Object.freeze<StaticRow[]>([
  { row: 1, denial: 'PURPOSE_MISSING', denies: (q) => purposeOf(q) === undefined },
  {
    row: 2,
    denial: 'NEVER_DISCLOSED',
    denies: ({ policy, rule }) => rule.categories.some((category) => isNeverDisclosed(policy, category)),
  },
  {
    row: 3,
    denial: 'RECIPIENT_BARRED',
    denies: ({ policy, rule, caller }) =>
      rule.categories.some((category) => isBarred(policy, category, caller.recipient)),
  },
  {
    row: 4,
    denial: 'PURPOSE_DENIED',
    denies: (q) => {
      const { key } = known(purposeOf(q));
      return q.rule.deny.some((denied) => covers(denied, key) || covers(key, denied));
    },
  },
  {
    row: 5,
    denial: 'GROUND_NOT_COVERED',
    denies: (q) => q.caller.ground !== null && !isCoveredByGround(q),
  },
  {
    row: 6,
    denial: 'PURPOSE_NOT_ALLOWED',
    denies: (q) => {
      if (q.caller.ground !== null || q.rule.allow === null) return false;
      const { key } = known(purposeOf(q));
      return !q.rule.allow.some((allowed) => covers(allowed, key));
    },
  },
  {
    row: 7,
    denial: 'CATEGORY_NOT_COVERED',
    denies: (q) => {
      if (q.caller.ground !== null) return false;
      const { levels } = known(purposeOf(q));
      const isCovered = (category: string): boolean =>
        q.policy.categories.has(category) && nearest(levels, category) !== undefined;
      return q.rule.categories.length === 0 || !q.rule.categories.every(isCovered);
    },
  },
  {
    row: 7,
    denial: 'RECIPIENT_NOT_COVERED',
    denies: (q) => basisOf(q.policy, known(purposeOf(q)), q.caller) === undefined,
  },
]);

/** The row of the decision table that denies for a reason. */
export function staticRow(reason: StaticDenial): number {
  return STATIC_ROWS.find(({ denial }) => denial === reason)?.row ?? 0;
}

/** A purpose that the policy does not know is none. */
function purposeOf({ policy, caller }: Question): Purpose | undefined {
  return caller.purpose === null ? undefined : policy.purposes.get(caller.purpose);
}

function isCoveredByGround({ policy, rule, caller }: Question): boolean {
  const { ground, purpose, recipient } = caller;
  const terms = ground === null ? undefined : policy.grounds.get(ground.kind);
  if (ground === null || terms === undefined || purpose === null) return false;
  return (
    typeof ground.reference === 'string' &&
    ground.reference !== '' &&
    terms.purposes.some((key) => covers(key, purpose)) &&
    policy.recipients.has(recipient) &&
    terms.recipients.some((key) => covers(key, recipient)) &&
    rule.categories.length > 0 &&
    rule.categories.every(
      (category) => policy.categories.has(category) && terms.categories.some((key) => covers(key, category)),
    )
  );
}

/** Several categories on one value: the strictest level. A ground shows in full what the purpose does not mask. */
function open(question: Question): Opening {
  const { policy, rule, caller } = question;
  const purpose = known(purposeOf(question));
  const unstated: Level | undefined = caller.ground === null ? undefined : 'full';
  const isFull = rule.categories.every(
    (category) => (nearest(purpose.levels, category) ?? unstated) === 'full',
  );
  return {
    effect: 'open',
    level: isFull ? 'full' : 'masked',
    basis: known(basisOf(policy, purpose, caller)),
    purpose,
  };
}

function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError('An earlier row denies what is unknown.');
  return value;
}
