import { covers } from '../policies/covers.ts';
import type { FieldRule, SubjectPath } from './fieldRule.ts';

/** What annotations demand of one place, whatever the place; `categories` may be empty here. */
export type Terms = Omit<FieldRule, 'coordinate'>;

/** Demands nothing: `combine(NEUTRAL, a)` is `a`. */
export const NEUTRAL: Terms = Object.freeze({
  categories: [],
  allow: null,
  deny: [],
  masks: [],
  otherwise: 'mask',
  subjects: [],
  enclosing: false,
  sources: [],
});

/**
 * The strictest of two demands: categories, denied purposes, subjects, masks and sources unite, allowed
 * purposes intersect, `reject` beats `mask`. Commutative, associative and idempotent over what it gives
 * (sorted lists without duplicates); anything else that `a` carries, such as a coordinate, is kept.
 */
export function combine<T extends Terms>(a: T, b: T): T {
  // INVARIANT: strictest wins. test/directives/combine.test.ts: "never demands less than either".
  if (b === NEUTRAL) return a;
  if (a === NEUTRAL) return b;
  return {
    ...a,
    categories: united(a.categories, b.categories),
    allow: intersected(a.allow, b.allow),
    deny: united(a.deny, b.deny),
    masks: united(a.masks, b.masks),
    otherwise: a.otherwise === 'reject' || b.otherwise === 'reject' ? 'reject' : 'mask',
    subjects: unitedSubjects(a.subjects, b.subjects),
    enclosing: a.enclosing || b.enclosing,
    sources: united(a.sources, b.sources),
  };
}

/** Sorted, unique, and without keys that another of them covers: `a`, `a.b`, `c` becomes `a`, `c`. */
export function minimalKeys(keys: readonly string[]): readonly string[] {
  const unique = united(keys, []);
  return unique.filter((key) => !unique.some((other) => other !== key && covers(other, key)));
}

/** Two lists of subject paths as one, sorted, each path once. */
export function unitedSubjects(a: readonly SubjectPath[], b: readonly SubjectPath[]): readonly SubjectPath[] {
  const byKey = new Map([...a, ...b].map((subject) => [subjectKey(subject), subject]));
  return [...byKey].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, subject]) => subject);
}

/** Purposes that both lists allow. `null` leaves it to the policy and so does not narrow. */
function intersected(a: readonly string[] | null, b: readonly string[] | null): readonly string[] | null {
  if (a === null || b === null) {
    const only = a ?? b;
    return only === null ? null : minimalKeys(only);
  }
  return minimalKeys([
    ...a.filter((key) => b.some((other) => covers(other, key))),
    ...b.filter((key) => a.some((other) => covers(other, key))),
  ]);
}

function united(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.length + b.length < 2) return a.length === 0 ? b : a;
  return [...new Set([...a, ...b])].sort();
}

function subjectKey({ path, namespace, unresolved }: SubjectPath): string {
  return JSON.stringify([path, namespace, unresolved]);
}
