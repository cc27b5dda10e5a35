import { readAnnotations } from './annotations.ts';
import type { Annotation } from './annotations.ts';
import { createClosure } from './closure.ts';
import type { Closure } from './closure.ts';
import { DirectiveError } from './directiveError.ts';
import type { FieldRule, FieldRules } from './fieldRule.ts';
import { readInheritance } from './inheritance.ts';
import { createJoinReader } from './joins.ts';
import { privacyLink } from './links.ts';
import { indexSupergraph } from './supergraphIndex.ts';
import type { SupergraphIndex } from './supergraphIndex.ts';

/**
 * The rules that `@personal` and `@purpose` put on a supergraph, closed over and ready for look-ups in
 * constant time (DESIGN §2). Everything is worked out here, once for a supergraph.
 *
 * Throws NotASupergraphError for SDL that is no composed supergraph, and DirectiveError, listing all that was
 * found, for annotations that cannot be understood or that would have no effect.
 */
export function fieldRules(supergraphSdl: string): FieldRules {
  try {
    return readRules(indexSupergraph(supergraphSdl, 'without positions'));
  } catch (error) {
    if (error instanceof DirectiveError) readRules(indexSupergraph(supergraphSdl, 'with positions'));
    throw error;
  }
}

function readRules(index: SupergraphIndex): FieldRules {
  const annotations = readAnnotations(index);
  const joinsOf = createJoinReader(index);
  const inheritance = readInheritance(index, annotations, joinsOf);
  const rules = closeAll(index, createClosure(index, annotations, inheritance, joinsOf));
  refuseIdle(annotations, rules);
  const inputs = inputCategories(index, annotations);

  return {
    linked: privacyLink(index.links) !== undefined,
    field: (type, field) => rules.get(type)?.get(field) ?? null,
    ...inputs,
    subjectsOf: inheritance.subjectsOf,
    inheritsSubject: (type) => inheritance.parentOf(type) !== null,
    isEntity: inheritance.isEntity,
  };
}

type Rules = ReadonlyMap<string, ReadonlyMap<string, FieldRule>>;

function closeAll(index: SupergraphIndex, closure: Closure): Rules {
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
 * Refuses annotations that were meant to protect and bind nothing, such as `@purpose` on a field that no
 * category makes personal: passing over them in silence would show what their author thinks is guarded.
 */
function refuseIdle(annotations: ReadonlyMap<string, Annotation>, rules: Rules): void {
  // INVARIANT: no application is ignored. test/directives/directiveError.test.ts: "purpose where nothing is personal".
  const effective = new Set(
    [...rules.values()].flatMap((fields) => [...fields.values()].flatMap((rule) => rule.sources)),
  );
  const findings = [...annotations].flatMap(([coordinate, { terms, location, line, column }]) => {
    const { categories, allow, deny, masks, otherwise, subjects } = terms;
    if (categories.length > 0 || effective.has(coordinate)) return [];
    const onField = location === 'FIELD_DEFINITION' && subjects.length > 0;
    if (allow === null && deny.length + masks.length === 0 && otherwise === 'mask' && !onField) return [];
    const message =
      'binds nothing, since nothing there is personal; expected a category beside it: @personal(category: …).';
    return [{ coordinate, line, column, message }];
  });
  if (findings.length > 0) throw new DirectiveError(findings);
}

/** Look-ups on the input side, where there is no closure but that over types and interfaces. */
function inputCategories(
  index: SupergraphIndex,
  annotations: ReadonlyMap<string, Annotation>,
): Pick<FieldRules, 'argument' | 'inputField' | 'enumValue'> {
  const on = (coordinate: string): readonly string[] => annotations.get(coordinate)?.terms.categories ?? [];
  const onLeaf = (type: string | undefined): readonly string[] => {
    const kind = type === undefined ? undefined : index.types.get(type)?.kind;
    return type !== undefined && (kind === 'SCALAR' || kind === 'ENUM') ? on(type) : [];
  };
  return {
    argument: (typeName, field, argument) => {
      const type = index.types.get(typeName);
      if (type === undefined) return [];
      // Asked through an interface, any implementer may be the one that looks.
      const holders = new Set([type, ...index.possible(typeName)]);
      return united(
        [...holders].flatMap((holder) =>
          [holder.name, ...holder.interfaces].flatMap((name) => [
            ...on(`${name}.${field}(${argument}:)`),
            ...onLeaf(index.types.get(name)?.fields.get(field)?.inputs.get(argument)?.type),
          ]),
        ),
      );
    },
    inputField: (inputType, field) => {
      const type = index.types.get(inputType);
      const input = type?.inputFields.get(field);
      if (type === undefined || input === undefined) return [];
      return united([...on(`${inputType}.${field}`), ...on(inputType), ...onLeaf(input.type)]);
    },
    enumValue: (enumType, value) => {
      if (index.types.get(enumType)?.values.has(value) !== true) return [];
      return united([...on(`${enumType}.${value}`), ...on(enumType)]);
    },
  };
}

function united(categories: readonly string[]): readonly string[] {
  return [...new Set(categories)].sort();
}
