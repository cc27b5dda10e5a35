import type { PersonalApplication } from '../../personal.ts';
import type { IndexedField } from '../../supergraphIndex.ts';
import type { CheckedSupergraph } from '../rule.ts';

/** One declared subject path, followed from one type that it holds for. */
export interface SubjectSteps {
  readonly application: PersonalApplication;
  /** As a field set: `sender { id }`. */
  readonly path: string;
  /** The fields along the path, as far as they exist. */
  readonly steps: readonly { readonly holder: string; readonly field: IndexedField }[];
}

/**
 * The subject paths that a supergraph's applications declare. One on an interface is followed from the interface
 * and from each of its implementers, whose fields may be of narrower types and take more arguments.
 */
export function* subjectSteps({ index, personal }: CheckedSupergraph): Generator<SubjectSteps> {
  for (const application of personal) {
    const { type } = application.site;
    const starts = new Set([type, ...index.possible(type).map(({ name }) => name)]);
    for (const { path } of application.subjects) {
      // What reading could not follow has been complained of already.
      if (path.length === 0) continue;
      for (const start of starts) {
        const steps = [];
        let holder = start;
        for (const name of path) {
          const field = index.types.get(holder)?.fields.get(name);
          if (field === undefined) break;
          steps.push({ holder, field });
          holder = field.type;
        }
        yield { application, path: fieldSet(path), steps };
      }
    }
  }
}

/** `['sender', 'id']` as it stands in `subject`: `sender { id }`. */
function fieldSet([first = '', ...below]: readonly string[]): string {
  return below.length === 0 ? first : `${first} { ${fieldSet(below)} }`;
}
