import { decidingEntries } from '../../policies/decidingEntries.ts';
import { staticRow } from '../../policies/decideStatically.ts';
import type { Policy } from '../../policies/policy.ts';
import { remainingRows } from '../../policies/remainingRows.ts';
import type { Guard } from '../project/shape.ts';
import type { CaseInput } from './caseInput.ts';
import { isUnresolvable, type FieldPlace } from './explainPlaces.ts';
import { explainSubjects } from './explainSubjects.ts';
import type { ExplainedCase, ExplainedDecision, ExplainedRule } from './explanation.ts';

/** Explains one field in all its places: those that are treated alike as one. */
export function explainCases(input: CaseInput, places: readonly FieldPlace[]): readonly ExplainedCase[] {
  const alike = new Map<string, ExplainedCase>();
  for (const place of places) {
    const { decision, rule } = { decision: decisionOf(place), rule: ruleOf(input, place) };
    const { coordinate } = place.compiled.shape;
    const key = JSON.stringify([decision, rule]);
    const known = alike.get(key) ?? { coordinates: [], paths: [], decision, rule };
    alike.set(key, {
      ...known,
      coordinates: [...new Set([...known.coordinates, coordinate])],
      paths: [...new Set([...known.paths, place.path])],
    });
  }
  return [...alike.values()];
}

/** The gateway's own verdict in words; nothing is decided here. */
function decisionOf({ compiled, scopes, within }: FieldPlace): ExplainedDecision {
  const { guard } = compiled.shape;
  if (guard?.verdict.effect === 'deny') {
    return { kind: 'denied', row: staticRow(guard.verdict.reason), reason: guard.verdict.reason };
  }
  if (within?.denied === true || (within !== null && guard === null)) {
    return { kind: 'within', coordinate: within.coordinate, denied: within.denied };
  }
  if (guard === null) return { kind: 'not personal' };
  if (isUnresolvable(guard.slots, scopes)) {
    return { kind: 'unresolved', row: 8, reason: 'SUBJECT_UNRESOLVED' };
  }
  const { level, basis, purpose } = guard.verdict;
  const rows = remainingRows(guard.verdict);
  return { kind: 'per subject', level, basis, rows, fallback: purpose.fallback };
}

function ruleOf(input: CaseInput, place: FieldPlace): ExplainedRule | null {
  const { policy, places, annotations, caller } = input;
  const { shape, binding } = place.compiled;
  if (binding === null || shape.guard === null) return null;
  const { rule } = binding;
  const field = shape.coordinate.slice(place.type.length + 1);
  return {
    categories: rule.categories,
    allow: rule.allow,
    deny: rule.deny,
    whenDenied:
      shape.guard.denial.kind === 'reject'
        ? { kind: 'rejected' }
        : { kind: 'constant', value: shape.guard.denial.value },
    mask: maskOf(policy, rule.masks, shape.guard),
    subjects: explainSubjects(input, place, binding, shape.guard),
    annotations: annotations.ofField(place.type, field, rule.sources),
    policy: decidingEntries(policy, places, rule, caller, shape.guard.verdict),
  };
}

/** The mask that was chosen, by the policy's name for it: the annotations' one, or the categories'. */
function maskOf(
  policy: Policy,
  named: readonly string[],
  { mask, categories }: Guard,
): ExplainedRule['mask'] {
  if (mask.kind === 'constant') return { name: null, kind: 'constant' };
  const names = named.length > 0 ? named : categories.map((key) => policy.categories.get(key)?.mask ?? '');
  return { name: names[0] ?? null, kind: mask.mask.kind };
}
