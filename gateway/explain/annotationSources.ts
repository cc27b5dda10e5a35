import { print } from 'graphql';
import { bindingReasons } from '../../directives/bindingReasons.ts';
import { closeSupergraph } from '../../directives/closedSupergraph.ts';
import { indexSupergraph } from '../../directives/supergraphIndex.ts';
import type { ExplainedAnnotation } from './explanation.ts';

/** Finds the annotations that a rule comes from, those of every subgraph, in the order of the supergraph. */
export interface AnnotationSources {
  /** Those on each source of a field's rule, with why it binds the field. */
  ofField(type: string, field: string, sources: readonly string[]): readonly ExplainedAnnotation[];
  /** Those that say whom the objects of a type are about. */
  ofSubjects(type: string): readonly ExplainedAnnotation[];
  /** Those that make an argument, input field or enum value personal. */
  ofInput(coordinate: string): readonly ExplainedAnnotation[];
}

/** Creates the finder for a supergraph that `fieldRules` accepts. */
export function annotationSources(supergraphSdl: string): AnnotationSources {
  const { index, personal, purpose, ...closed } = closeSupergraph(
    indexSupergraph(supergraphSdl, 'with positions'),
    [],
  );
  const reasonOf = bindingReasons(index, closed.annotations, closed.rules, closed.joinsOf);
  const places = Map.groupBy(
    [
      ...personal.map((each) => ({ ...each, binds: bindsSomething(each) })),
      ...purpose.map((each) => ({ ...each, binds: true })),
    ],
    ({ site }) => site.coordinate,
  );

  const at = (coordinate: string, why: string, which: Which): readonly ExplainedAnnotation[] =>
    (places.get(coordinate) ?? [])
      .filter((each) => (which === 'binding' ? each.binds : 'subjects' in each && each.subjects.length > 0))
      .map(({ node, line }) => ({ coordinate, line, text: print(node), why }));

  return {
    ofField: (type, field, sources) =>
      sources.flatMap((source) => at(source, reasonOf(type, field, source) ?? AROUND, 'binding')),
    ofSubjects: (type) =>
      [type, ...(index.types.get(type)?.interfaces ?? [])].flatMap((name) =>
        at(name, name === type ? 'on its type' : 'on the interface', 'naming subjects'),
      ),
    ofInput(coordinate) {
      const [, typeName = '', field = '', argument] = /^(\w+)\.(\w+)(?:\((\w+):\))?$/.exec(coordinate) ?? [];
      const type = index.types.get(typeName);
      if (type === undefined) return [];
      const taken = (name: string): readonly ExplainedAnnotation[] =>
        index.types.get(name)?.kind === 'INPUT_OBJECT'
          ? []
          : at(name, 'on the type that it takes', 'binding');
      if (argument === undefined) {
        return [
          ...at(coordinate, 'on the input', 'binding'),
          ...at(typeName, 'on its type', 'binding'),
          ...taken(type.inputFields.get(field)?.type ?? ''),
        ];
      }
      const related = [type, ...index.possible(typeName)].flatMap((each) => [each.name, ...each.interfaces]);
      return [...new Set(related)].flatMap((name) => [
        ...at(`${name}.${field}(${argument}:)`, 'on the argument', 'binding'),
        ...taken(index.types.get(name)?.fields.get(field)?.inputs.get(argument)?.type ?? ''),
      ]);
    },
  };
}

type Which = 'binding' | 'naming subjects';

/** What comes down from a personal composite field does not bind the field itself. */
const AROUND = 'on what is around it';

/** Whether it says more than whom objects are about, which is told with the subjects. */
function bindsSomething(application: {
  readonly category: string | null;
  readonly declassified: boolean;
  readonly mask: string | null;
  readonly otherwise: 'mask' | 'reject';
  readonly site: { readonly location: string };
}): boolean {
  const { category, declassified, mask, otherwise, site } = application;
  const isOnField = site.location === 'FIELD_DEFINITION';
  return isOnField || category !== null || declassified || mask !== null || otherwise === 'reject';
}
