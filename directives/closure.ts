import type { Annotation } from './annotations.ts';
import { combine, NEUTRAL, unitedSubjects } from './combine.ts';
import type { Terms } from './combine.ts';
import { createDerivations } from './derivations.ts';
import type { Derivation, Step } from './derivations.ts';
import { derivedSubjects, UNREACHABLE } from './derivedSubjects.ts';
import type { Subjects } from './derivedSubjects.ts';
import type { Inheritance } from './inheritance.ts';
import type { JoinReader } from './joins.ts';
import type { SupergraphIndex } from './supergraphIndex.ts';

/** Everything that binds a field of an object or interface type; without categories it is not personal. */
export type Closure = (type: string, field: string) => Terms;

/** A field being closed over; fields of one and the same object share its number. */
interface Frame {
  readonly coordinate: string;
  readonly object: number;
}

/** Terms, and how far down the stack they were cut short by a cycle. */
interface Closed {
  readonly terms: Terms;
  readonly low: number;
}

/**
 * Closes annotations over the supergraph (DESIGN §2, "Closure"): parent type, scalar or enum returned, the
 * same field on interfaces, and transitively what the field is made of.
 * Cycles are cut where they close: every field on one adds its own annotations all the same.
 */
export function createClosure(
  index: SupergraphIndex,
  annotations: ReadonlyMap<string, Annotation>,
  inheritance: Inheritance,
  joinsOf: JoinReader,
): Closure {
  const ended = (coordinate: string): boolean => annotations.get(coordinate)?.declassified === true;
  const madeOf = createDerivations(index, joinsOf);
  const personal = personalFields();
  const isPersonal = (type: string, field: string): boolean => personal.has(`${type}.${field}`);
  const known = new Map<string, Terms>();
  let objects = 0;

  return (type, field) => (isPersonal(type, field) ? closed(type, field, [], objects++).terms : NEUTRAL);

  function closed(type: string, field: string, stack: readonly Frame[], object: number): Closed {
    const coordinate = `${type}.${field}`;
    const found = known.get(coordinate);
    if (found !== undefined) return { terms: found, low: Infinity };
    const cut = stack.findIndex((frame) => frame.coordinate === coordinate);
    if (cut !== -1) {
      // The frame that was met again adds the subjects, if they are those of the same object.
      const subjects = stack[cut]?.object === object ? [] : [UNREACHABLE];
      return { terms: { ...direct(type, field), subjects, enclosing: false }, low: cut };
    }

    const here = [...stack, { coordinate, object }];
    const own = direct(type, field);
    let low = Infinity;
    let terms: Terms = { ...own, enclosing: own.categories.length > 0 && own.subjects.length === 0 };
    const subjectsOfField = (of: string, name: string, depth: number): Subjects => {
      const link = closed(of, name, here, depth === 0 ? object : objects++);
      low = Math.min(low, link.low);
      return link.terms.categories.length > 0 ? link.terms : NEUTRAL;
    };
    for (const { derivation, step } of steps(type, field)) {
      if (!isPersonal(step.holder, step.field)) continue;
      const same = derivation.from === 'here' && step.path.length === 0 && step.holder === type;
      const made = closed(step.holder, step.field, here, same ? object : objects++);
      low = Math.min(low, made.low);
      if (made.terms.categories.length === 0) continue;
      const subjects = same
        ? made.terms
        : derivedSubjects(index, inheritance, type, derivation, step, made.terms, subjectsOfField);
      const { subjects: paths, enclosing } = subjects;
      terms = combine(terms, { ...made.terms, subjects: paths, enclosing });
    }
    terms = settled(type, terms);
    // Cut short further up, it is complete only as a part of what is being closed there.
    if (low >= stack.length) known.set(coordinate, terms);
    return { terms, low: low >= stack.length ? Infinity : low };
  }

  /** `enclosing` spelt out where the type itself says whom that means. */
  function settled(type: string, terms: Terms): Terms {
    if (terms.subjects.length === 0) return { ...terms, enclosing: terms.categories.length > 0 };
    const declared = inheritance.subjectsOf(type);
    if (!terms.enclosing || declared.length === 0) return terms;
    return { ...terms, subjects: unitedSubjects(terms.subjects, declared), enclosing: false };
  }

  /** What annotations say of the field itself; interfaces' part ends at a declassification. */
  function direct(type: string, field: string): Terms {
    const own = definition(type, field);
    if (ended(`${type}.${field}`)) return own;
    const interfaces = index.types.get(type)?.interfaces ?? [];
    return interfaces.reduce((terms, above) => combine(terms, definition(above, field)), own);
  }

  function definition(type: string, field: string): Terms {
    const defined = index.types.get(type)?.fields.get(field);
    if (defined === undefined) return NEUTRAL;
    const terms = combine(annotations.get(`${type}.${field}`)?.terms ?? NEUTRAL, ofType(type));
    if (!annotations.has(defined.type)) return terms;
    const kind = index.types.get(defined.type)?.kind;
    return kind === 'SCALAR' || kind === 'ENUM' ? combine(terms, ofType(defined.type)) : terms;
  }

  /** What a type's annotations demand of its fields; the subjects that it declares are another matter. */
  function ofType(type: string): Terms {
    const terms = annotations.get(type)?.terms;
    if (terms === undefined) return NEUTRAL;
    const demands =
      terms.categories.length + terms.deny.length + terms.masks.length > 0 ||
      terms.allow !== null ||
      terms.otherwise === 'reject';
    return demands ? { ...terms, subjects: [] } : NEUTRAL;
  }

  function steps(
    type: string,
    field: string,
  ): readonly { readonly derivation: Derivation; readonly step: Step }[] {
    if (ended(`${type}.${field}`)) return [];
    return madeOf(type, field, isPersonal, ended)
      .flatMap((derivation) => derivation.steps.map((step) => ({ derivation, step })))
      .filter(({ derivation, step }) => {
        const itself = step.holder === type && step.field === field && step.path.length === 0;
        return !(itself && derivation.from === 'here');
      });
  }

  /** Coordinates of all personal fields: a fixpoint, since whether a key is personal may itself be derived. */
  function personalFields(): ReadonlySet<string> {
    const found = new Set<string>();
    if (annotations.size === 0) return found;
    const isFound = (type: string, field: string): boolean => found.has(`${type}.${field}`);
    let open: (readonly [type: string, field: string])[] = [];
    for (const type of index.types.values()) {
      for (const field of type.fields.keys()) {
        const coordinate = `${type.name}.${field}`;
        if (direct(type.name, field).categories.length > 0) found.add(coordinate);
        else if (!ended(coordinate)) open.push([type.name, field]);
      }
    }
    open = open.filter(([type, field]) =>
      madeOf(type, field, () => true, ended).some(({ steps: all }) => all.length > 0),
    );
    for (let before = -1; before < found.size;) {
      before = found.size;
      for (const [type, field] of open) {
        const made = madeOf(type, field, isFound, ended).flatMap((derivation) => derivation.steps);
        if (made.some((step) => isFound(step.holder, step.field))) found.add(`${type}.${field}`);
      }
    }
    return found;
  }
}
