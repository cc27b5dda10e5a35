import { STATIC_DENIALS, SUBJECT_DENIALS, type Decision } from './decision.ts';

/**
 * The decision that holds where a value is about several subjects: all must permit. A denial beats a mask, a
 * mask beats the full value; among denials the table's earliest row names the reason. No decision at all means
 * that no subject was found, which is not permission.
 */
export function strictest(decisions: readonly Decision[]): Decision {
  return (
    decisions.reduce((strict: Decision | null, next) => {
      return strict === null || compare(next, strict) < 0 ? next : strict;
    }, null) ?? { effect: 'deny', reason: 'SUBJECT_UNRESOLVED' }
  );
}

const ORDER: readonly string[] = [
  ...STATIC_DENIALS,
  ...SUBJECT_DENIALS,
  'GROUND',
  'SELF',
  'CONSENT',
  'NOTIFIED',
];

/** Negative if `a` is the stricter. Most people decide alike, so that there is seldom an order to look up. */
function compare(a: Decision, b: Decision): number {
  const byEffect = strictness(a) - strictness(b);
  if (byEffect !== 0 || a.reason === b.reason) return byEffect;
  return ORDER.indexOf(a.reason) - ORDER.indexOf(b.reason);
}

function strictness(decision: Decision): number {
  if (decision.effect !== 'allow') return 0;
  return decision.level === 'full' ? 2 : 1;
}
