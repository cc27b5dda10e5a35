import { unitedSubjects } from './combine.ts';
import type { Terms } from './combine.ts';
import type { Derivation, Step } from './derivations.ts';
import type { SubjectPath } from './fieldRule.ts';
import type { Inheritance } from './inheritance.ts';
import { isPaged } from './subjectPath.ts';
import type { SupergraphIndex } from './supergraphIndex.ts';

/** Whose permission a derived field needs, seen from the object that holds it. */
export type Subjects = Pick<Terms, 'subjects' | 'enclosing'>;

/** Somebody whom no path leads to. */
export const UNREACHABLE: SubjectPath = Object.freeze({ path: [], namespace: null, unresolved: true });

/**
 * Carries the subjects of a field that `type.field` is made of over to the object that holds `type.field`:
 * with the path in front where it goes down, as the enclosing object's where that is the same person, and as
 * unreachable (which is never permission) where the schema does not tell.
 */
export function derivedSubjects(
  index: SupergraphIndex,
  inheritance: Inheritance,
  type: string,
  { from }: Derivation,
  step: Step,
  made: Subjects,
  subjectsOfField: (type: string, field: string) => Subjects,
): Subjects {
  const [start = type] = step.chain;
  const seen = fromStart(from === 'here' ? type : start);
  if (from === 'here') return seen;
  return aroundIs(type, start) && isAboutStart(seen) ? AROUND : NOBODY;

  /** The subjects seen from the object where the selection starts. */
  function fromStart(root: string): Subjects {
    const subjects = made.subjects.map((subject) => prefixed(root, step.path, subject));
    if (!made.enclosing) return { subjects, enclosing: false };
    const around = enclosing(root, step.chain.length - 1);
    return { subjects: unitedSubjects(subjects, around.subjects), enclosing: around.enclosing };
  }

  /** The subjects of the nearest object that declares some, from `depth` upwards; nearest wins. */
  function enclosing(root: string, depth: number): Subjects {
    const at = step.chain[depth];
    const above = step.chain[depth - 1];
    const link = step.path[depth - 1];
    if (at === undefined || above === undefined || link === undefined) return AROUND;
    const declared = inheritance.subjectsOf(at);
    if (declared.length > 0) return below(root, depth, declared);
    if (inheritance.isEntity(at)) return NOBODY;
    const ofLink = subjectsOfField(above, link);
    if (ofLink.subjects.length > 0) {
      const explicit = below(root, depth - 1, ofLink.subjects);
      if (!ofLink.enclosing) return explicit;
      const further = enclosing(root, depth - 1);
      return {
        subjects: unitedSubjects(explicit.subjects, further.subjects),
        enclosing: further.enclosing,
      };
    }
    return inheritance.parentOf(at) === null ? NOBODY : enclosing(root, depth - 1);
  }

  function below(root: string, depth: number, subjects: readonly SubjectPath[]): Subjects {
    const path = step.path.slice(0, depth);
    return { subjects: subjects.map((subject) => prefixed(root, path, subject)), enclosing: false };
  }

  function prefixed(root: string, path: readonly string[], subject: SubjectPath): SubjectPath {
    const whole = [...path, ...subject.path];
    const same = path.length === 0 && step.holder === root;
    const sure = same || (step.plain && selectable(index, root, whole));
    return { ...subject, path: whole, unresolved: subject.unresolved || !sure };
  }

  /** Whether the nearest object around `inner` that declares subjects is surely its parent of type `outer`. */
  function aroundIs(inner: string, outer: string): boolean {
    if (inheritance.subjectsOf(inner).length > 0) return false;
    const parent = inheritance.parentOf(inner);
    if (parent === null) return false;
    if (parent.fields.some((field) => subjectsOfField(parent.type, field).subjects.length > 0)) return false;
    return parent.type === outer || aroundIs(parent.type, outer);
  }

  /** Whether it needs nobody's permission but that of the object where the selection starts. */
  function isAboutStart({ subjects }: Subjects): boolean {
    const own = inheritance.subjectsOf(start);
    return subjects.every((subject) => unitedSubjects(own, [subject]).length === own.length);
  }
}

const AROUND: Subjects = Object.freeze({ subjects: [], enclosing: true });
const NOBODY: Subjects = Object.freeze({ subjects: [UNREACHABLE], enclosing: false });

/** Whether a path can be selected as it stands: fields of the declared types, whole and without arguments. */
function selectable(index: SupergraphIndex, root: string, path: readonly string[]): boolean {
  let at = root;
  for (const name of path) {
    const field = index.types.get(at)?.fields.get(name);
    if (field === undefined || isPaged(index, field)) return false;
    if ([...field.inputs.values()].some(({ required }) => required)) return false;
    at = field.type;
  }
  return true;
}
