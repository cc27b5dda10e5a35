import type { SubjectPath } from '../../directives/fieldRule.ts';
import type { Binding } from '../prepare/binding.ts';
import type { Guard } from '../project/shape.ts';
import type { CaseInput } from './caseInput.ts';
import type { FieldPlace } from './explainPlaces.ts';
import type { ExplainedSubject } from './explanation.ts';

/** Whose permission a field needs in one place: every one of these, as the gateway would read them. */
export function explainSubjects(
  { policy, rules, annotations }: Pick<CaseInput, 'policy' | 'rules' | 'annotations'>,
  { scopes: places }: FieldPlace,
  { scopes }: Binding,
  { slots }: Guard,
): readonly ExplainedSubject[] {
  return slots.flatMap((slot, index): readonly ExplainedSubject[] => {
    const place = slot === null ? undefined : places.get(slot);
    if (place === undefined) return [NOBODY];
    const paths = scopes[index]?.paths ?? [];
    const isTypes = JSON.stringify(paths) === JSON.stringify(rules.subjectsOf(place.type));
    return paths.map((path, each) => ({
      of: place.type,
      at: place.at,
      path: fieldSet(path.path),
      namespace: path.namespace ?? policy.namespace,
      unresolved: place.scope.paths[each]?.keys == null ? whyUnresolved(path) : null,
      annotations: isTypes ? annotations.ofSubjects(place.type) : [],
    }));
  });
}

const NOBODY: ExplainedSubject = Object.freeze({
  of: null,
  at: '',
  path: '',
  namespace: '',
  unresolved: 'no object around it names anybody',
  annotations: [],
});

function whyUnresolved({ path }: SubjectPath): string {
  return path.length === 0
    ? 'the schema does not tell whom it is about'
    : 'the path is paged, takes arguments or cannot be followed';
}

/** `['sender', 'id']` → `sender { id }`. */
function fieldSet(path: readonly string[]): string {
  const [first, ...rest] = path;
  if (first === undefined) return '';
  return rest.length === 0 ? first : `${first} { ${fieldSet(rest)} }`;
}
