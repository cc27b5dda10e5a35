import type { IndexedField, IndexedType, SupergraphIndex } from '../../supergraphIndex.ts';
import type { CheckedSupergraph } from '../rule.ts';
import { waysIn } from '../facts/waysIn.ts';
import type { Looked, Looks } from './createLooks.ts';
import type { HolderKind } from './holderOf.ts';
import { ORGANIZATIONS } from './holderWords.ts';
import type { PersonalKind } from './personalWords.ts';
import { wordsOf } from './wordsOf.ts';

/** Somewhere that looks personal and of which nothing is said. */
export interface PersonalPlace {
  readonly coordinate: string;
  readonly kind: PersonalKind;
  /** Fields of implementers that an annotation here would bind. */
  readonly implementers: readonly string[];
}

/** An output field, or one of its arguments, on one type. */
interface Candidate {
  readonly type: IndexedType;
  readonly field: IndexedField;
  /** What follows the type in the coordinate: `.email`, `.users(email:)`. */
  readonly rest: string;
  readonly kind: PersonalKind;
}

/**
 * Everywhere that looks personal, in the order of the schema. What looks so on every type that implements an
 * interface is told once, on the interface; what lies only beneath fields that look personal is told there.
 */
export function personalPlaces(
  checked: CheckedSupergraph,
  looks: Looks,
  holderOf: (type: string) => HolderKind,
): readonly PersonalPlace[] {
  const { index } = checked;
  const isSaid = saidIn(checked);
  const all = outputCandidates(checked, looks, holderOf);
  const found = new Map(all.map((candidate) => [`${candidate.type.name}${candidate.rest}`, candidate]));
  const isCovered = coveredIn(checked, holderOf, (coordinate) => found.has(coordinate));

  const places = new Map<string, PersonalPlace>();
  const open = all.filter(
    ({ type, field, rest }) => !isSaid(type, field, rest) && (rest.includes('(') || !isCovered(type.name)),
  );
  const openAt = new Set(open.map(({ type, rest }) => `${type.name}${rest}`));
  for (const { type, field, rest, kind } of open) {
    // What an interface object gives to all types is written on it alone.
    const { fields: joins } = checked.joinsOf(field.directives);
    const isGiven = joins.length > 0 && joins.every(({ graph }) => graph === null);
    const above = type.interfaces.find((name) => {
      const implementers = index.possible(name).map((each) => `${each.name}${rest}`);
      const isThere = index.types.get(name)?.fields.has(field.name) === true;
      const isShared = isGiven || implementers.length > 1;
      return isThere && isShared && implementers.every((each) => openAt.has(each));
    });
    const coordinate = `${above ?? type.name}${rest}`;
    const implementers =
      above === undefined ? [] : index.possible(above).map((each) => `${each.name}${rest}`);
    if (!places.has(coordinate)) places.set(coordinate, { coordinate, kind, implementers });
  }
  for (const place of inputPlaces(checked, looks, holderOf)) places.set(place.coordinate, place);
  return [...places.values()];
}

/** Fields of object types that look personal, and arguments that do. */
function outputCandidates(
  checked: CheckedSupergraph,
  looks: Looks,
  holderOf: (type: string) => HolderKind,
): readonly Candidate[] {
  const { index } = checked;
  const objects = [...index.types.values()].filter(
    ({ name, kind }) => kind === 'OBJECT' && !name.includes('__'),
  );
  return objects.flatMap((type) =>
    [...type.fields.values()].flatMap((field): readonly Candidate[] => {
      // The name in a pair of name and value is the value's.
      const isPaired = field.name === 'name' && type.fields.has('value');
      const ofField =
        isWhole(checked, field) && !isPaired
          ? looks(looked(index, field.name, type.name, holderOf(type.name), field.type, field.list))
          : null;
      const own = ofField === null ? [] : [{ type, field, rest: `.${field.name}`, kind: ofField }];
      const about = isComposite(index, field.type) ? field.type : type.name;
      const aboutKind = wordsOf(field.name).some((word) => ORGANIZATIONS.has(word))
        ? 'nobody'
        : holderOf(about);
      const arguments_ = [...field.inputs.values()].flatMap(({ name, type: of }) => {
        const kind = looks(looked(index, name, about, aboutKind, of, false));
        return kind === null ? [] : [{ type, field, rest: `.${field.name}(${name}:)`, kind }];
      });
      return [...own, ...arguments_];
    }),
  );
}

function inputPlaces(
  { index, rules, annotations }: CheckedSupergraph,
  looks: Looks,
  holderOf: (type: string) => HolderKind,
): readonly PersonalPlace[] {
  return [...index.types.values()]
    .filter(({ kind, name }) => kind === 'INPUT_OBJECT' && annotations.get(name)?.declassified !== true)
    .flatMap(({ name: type, inputFields }) =>
      [...inputFields.values()].flatMap((input): readonly PersonalPlace[] => {
        const coordinate = `${type}.${input.name}`;
        if (rules.inputField(type, input.name).length > 0) return [];
        if (annotations.get(coordinate)?.declassified === true) return [];
        const kind = looks(looked(index, input.name, type, holderOf(type), input.type, false));
        return kind === null ? [] : [{ coordinate, kind, implementers: [] }];
      }),
    );
}

function looked(
  { types }: SupergraphIndex,
  name: string,
  about: string,
  aboutKind: HolderKind,
  type: string,
  list: boolean,
): Looked {
  const kind = types.get(type)?.kind ?? 'SCALAR';
  const typeKind = kind === 'SCALAR' || kind === 'ENUM' || kind === 'OBJECT' ? kind : 'OTHER';
  return { name, about, aboutKind, type, typeKind, list };
}

/**
 * Whether a value can be annotated as one: no entity, no page, and nothing of which the author has thought part by
 * part.
 */
function isWhole({ index, rules }: CheckedSupergraph, { type, inputs }: IndexedField): boolean {
  if (!isComposite(index, type)) return true;
  const fields = [...(index.types.get(type)?.fields.keys() ?? [])];
  return (
    inputs.size === 0 && !rules.isEntity(type) && fields.every((name) => rules.field(type, name) === null)
  );
}

function isComposite({ types }: SupergraphIndex, type: string): boolean {
  return ['OBJECT', 'INTERFACE', 'UNION'].includes(types.get(type)?.kind ?? '');
}

/** Whether anything has been said of a place: by annotation, by closure, or by a reviewed declassification. */
function saidIn({
  rules,
  annotations,
}: CheckedSupergraph): (type: IndexedType, field: IndexedField, rest: string) => boolean {
  const isNone = (coordinate: string): boolean => annotations.get(coordinate)?.declassified === true;
  return (type, field, rest) => {
    if (isNone(`${type.name}${rest}`) || isNone(type.name) || isNone(field.type)) return true;
    const argument = /\((\w+):\)$/.exec(rest)?.[1];
    return argument === undefined
      ? rules.field(type.name, field.name) !== null
      : rules.argument(type.name, field.name, argument).length > 0;
  };
}

/**
 * Whether all that leads to a value type is personal already, looks so and is told itself, or belongs to an
 * organization: then there is nothing more to say of its fields.
 */
function coveredIn(
  { index, rules }: CheckedSupergraph,
  holderOf: (type: string) => HolderKind,
  isFound: (coordinate: string) => boolean,
): (type: string) => boolean {
  const ways = waysIn(index);
  const known = new Map<string, boolean>();
  const isCovered = (type: string): boolean => {
    const found = known.get(type);
    if (found !== undefined) return found;
    // Reached from itself as well, a type is as covered as the rest of its ways in.
    known.set(type, true);
    const own = ways.get(type) ?? [];
    const covered =
      own.length > 0 &&
      !rules.isEntity(type) &&
      own.every(
        ({ holder, field }) =>
          rules.field(holder, field) !== null ||
          isFound(`${holder}.${field}`) ||
          holderOf(holder) === 'nobody' ||
          (!index.roots.has(holder) && isCovered(holder)),
      );
    known.set(type, covered);
    return covered;
  };
  return isCovered;
}
