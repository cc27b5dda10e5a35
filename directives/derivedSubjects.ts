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
 * Carries the subjects of a field that `root`'s field is made of over to the object that holds the latter:
 * with the path in front where it goes down, as the enclosing object's where it says no more itself, and as
 * unreachable (which is never permission) where the schema does not tell.
 *
 * What comes by `@fromContext` is always unreachable: composition lets only entities take it, and nothing
 * ties an entity to the person under whom it happens to be asked for. Whoever knows better declassifies it
 * and gives the field a category and a subject of its own.
 *
 * @param subjectsOfField those of a field of an object so many steps from the root: 0 is the root itself.
 */
export function derivedSubjects(
  index: SupergraphIndex,
  inheritance: Inheritance,
  root: string,
  { from }: Derivation,
  step: Step,
  made: Subjects,
  subjectsOfField: (type: string, field: string, depth: number) => Subjects,
): Subjects {
  if (from === 'above') return NOBODY;
  const subjects = made.subjects.map((subject) => prefixed(step.path, subject));
  return made.enclosing
    ? withMore(subjects, enclosing(step.chain.length - 1))
    : { subjects, enclosing: false };

  /** The subjects of the nearest object that declares some, from `depth` upwards; nearest wins. */
  function enclosing(depth: number): Subjects {
    const at = step.chain[depth];
    const above = step.chain[depth - 1];
    const link = step.path[depth - 1];
    if (at === undefined || above === undefined || link === undefined) return AROUND;
    const declared = inheritance.subjectsOf(at);
    if (declared.length > 0) return { subjects: below(depth, declared), enclosing: false };
    if (inheritance.isEntity(at)) return NOBODY;
    const ofLink = subjectsOfField(above, link, depth - 1);
    if (ofLink.subjects.length > 0) {
      const explicit = below(depth - 1, ofLink.subjects);
      return ofLink.enclosing
        ? withMore(explicit, enclosing(depth - 1))
        : { subjects: explicit, enclosing: false };
    }
    return inheritance.parentOf(at) === null ? NOBODY : enclosing(depth - 1);
  }

  function below(depth: number, subjects: readonly SubjectPath[]): readonly SubjectPath[] {
    return subjects.map((subject) => prefixed(step.path.slice(0, depth), subject));
  }

  function prefixed(path: readonly string[], subject: SubjectPath): SubjectPath {
    const whole = [...path, ...subject.path];
    const same = path.length === 0 && step.holder === root;
    // INVARIANT: what no path leads to is unresolved. test/directives/fieldRules.test.ts: "a paged path …".
    const sure = same || (step.plain && selectable(index, root, whole));
    return { ...subject, path: whole, unresolved: subject.unresolved || !sure };
  }
}

function withMore(subjects: readonly SubjectPath[], more: Subjects): Subjects {
  return { subjects: unitedSubjects(subjects, more.subjects), enclosing: more.enclosing };
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
