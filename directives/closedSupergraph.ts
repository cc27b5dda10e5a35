import { combineAnnotations } from './annotations.ts';
import type { Annotation } from './annotations.ts';
import { createClosure } from './closure.ts';
import type { Closure } from './closure.ts';
import type { Finding } from './directiveError.ts';
import type { FieldRule, FieldRules } from './fieldRule.ts';
import { readInheritance } from './inheritance.ts';
import type { Inheritance } from './inheritance.ts';
import { inputCategories } from './inputCategories.ts';
import { createJoinReader } from './joins.ts';
import type { JoinReader } from './joins.ts';
import { privacyLink } from './links.ts';
import { personalApplications } from './personal.ts';
import type { PersonalApplication } from './personal.ts';
import { purposeApplications } from './purpose.ts';
import type { PurposeApplication } from './purpose.ts';
import type { SupergraphIndex } from './supergraphIndex.ts';

/** A supergraph's annotations: as they stand, combined by coordinate, and closed over. */
export interface ClosedSupergraph {
  readonly index: SupergraphIndex;
  readonly personal: readonly PersonalApplication[];
  readonly purpose: readonly PurposeApplication[];
  readonly annotations: ReadonlyMap<string, Annotation>;
  /** As the gateway enforces them. */
  readonly rules: FieldRules;
  readonly inheritance: Inheritance;
  readonly joinsOf: JoinReader;
}

/**
 * Reads and closes over what `@personal` and `@purpose` say (DESIGN §2). Everything is worked out here, once for
 * a supergraph.
 *
 * What cannot be understood is added to `findings`; where there are any, nothing may be enforced by what comes
 * back, which is then for complaints alone.
 *
 * @throws DirectiveError where what composition noted of a field cannot be followed.
 */
export function closeSupergraph(index: SupergraphIndex, findings: Finding[]): ClosedSupergraph {
  const personal = personalApplications(index, findings);
  const purpose = purposeApplications(index, findings);
  const annotations = combineAnnotations(personal, purpose);
  const joinsOf = createJoinReader(index);
  const inheritance = readInheritance(index, annotations, joinsOf);
  const byField = closeAll(index, createClosure(index, annotations, inheritance, joinsOf));
  // What is idle shows only once all that stands there is understood.
  if (findings.length === 0) findings.push(...idle(annotations, byField));

  const rules: FieldRules = {
    linked: privacyLink(index.links) !== undefined,
    field: (type, field) => byField.get(type)?.get(field) ?? null,
    ...inputCategories(index, annotations),
    subjectsOf: inheritance.subjectsOf,
    inheritsSubject: (type) => inheritance.parentOf(type) !== null,
    isEntity: inheritance.isEntity,
  };
  return { index, personal, purpose, annotations, rules, inheritance, joinsOf };
}

type ByField = ReadonlyMap<string, ReadonlyMap<string, FieldRule>>;

function closeAll(index: SupergraphIndex, closure: Closure): ByField {
  const rules = new Map<string, ReadonlyMap<string, FieldRule>>();
  for (const type of index.types.values()) {
    const ofType = new Map<string, FieldRule>();
    for (const field of type.fields.keys()) {
      const terms = closure(type.name, field);
      if (terms.categories.length === 0) continue;
      const coordinate = `${type.name}.${field}`;
      const others = terms.sources.filter((source) => source !== coordinate);
      const sources = others.length < terms.sources.length ? [coordinate, ...others] : others;
      ofType.set(field, { ...terms, coordinate, sources });
    }
    if (ofType.size > 0) rules.set(type.name, ofType);
  }
  return rules;
}

/**
 * Annotations that were meant to protect and bind nothing, such as `@purpose` on a field that no category makes
 * personal: passing over them in silence would show what their author thinks is guarded.
 */
function idle(annotations: ReadonlyMap<string, Annotation>, rules: ByField): readonly Finding[] {
  // INVARIANT: no application is ignored. test/directives/directiveError.test.ts: "purpose where nothing is personal".
  const effective = new Set(
    [...rules.values()].flatMap((fields) => [...fields.values()].flatMap((rule) => rule.sources)),
  );
  return [...annotations].flatMap(([coordinate, { terms, location, line, column, node }]) => {
    const { categories, allow, deny, masks, otherwise, subjects } = terms;
    if (categories.length > 0 || effective.has(coordinate)) return [];
    const onField = location === 'FIELD_DEFINITION' && subjects.length > 0;
    if (allow === null && deny.length + masks.length === 0 && otherwise === 'mask' && !onField) return [];
    const message =
      'binds nothing, since nothing there is personal; expected a category beside it: @personal(category: …).';
    return [{ rule: 'idle-annotation', coordinate, line, column, message, node } as const];
  });
}
