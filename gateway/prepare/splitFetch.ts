import {
  baseType,
  isCompositeType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type CompositeType,
  type FieldDefinition,
  type Subgraph,
} from '@apollo/federation-internals';
import type { FetchDataRewrite } from '@apollo/query-planner';
import { Kind, type FieldNode, type SelectionNode } from 'graphql';
import { entityKey, type EntityKey, type IsGuarded } from './entityKeys.ts';
import { apartOf, type Apart, type Found, type Fragile, type Place, type SubjectPaths } from './apartOf.ts';
import type { Fate } from './createFates.ts';
import { listDepth } from './listDepth.ts';
import { inlineFragment } from './selections.ts';
import { withKeys } from './withKeys.ts';

/** What splitting one fetch depends on. */
export interface SplitInput {
  readonly subgraph: Subgraph;
  /** Object types that a type of the supergraph stands for. */
  readonly concrete: (type: string) => readonly string[];
  readonly isGuarded: IsGuarded;
  /** Whether a field is on the way to subject ids, on any type that the subgraph's type stands for. */
  readonly isSubject: IsGuarded;
  /** Equal for fields of one object that are shown or denied together. */
  readonly fate: Fate;
  /** Fields that this fetch is there for. */
  readonly settled: ReadonlySet<FieldNode>;
  /** `entities`: the selections are those of an `_entities` field. */
  readonly root: { readonly kind: 'entities' } | { readonly kind: 'type'; readonly name: string };
}

/** What remains of a fetch, and what is to be fetched by calls of its own once it is there. */
export interface Split {
  readonly kept: readonly SelectionNode[];
  readonly apart: readonly Apart[];
  /** What gives keys in what remains their names. */
  readonly renames: readonly FetchDataRewrite[];
  /** Fields that cannot be fetched apart: `Type.field`. */
  readonly together: ReadonlySet<string>;
}

type Selections = readonly SelectionNode[];

/**
 * Splits one fetch so that no personal field that is non-null in its subgraph stands beside anything else.
 *
 * INVARIANT: the failure of a denied field nulls nothing that is shown (test/leaks/isolation.test.ts). Where such a
 * field fails or is null, its subgraph nulls the object around it, and perhaps the whole list. Asked of
 * `_entities` by itself, it nulls one entity of a call that holds nothing else.
 */
export function splitFetch(input: SplitInput, selections: readonly SelectionNode[]): Split {
  const { subgraph, isGuarded } = input;
  const found = new Map<string, { place: Place; keys: readonly EntityKey[] | null; of: Found[] }>();
  const renames = new Map<string, FetchDataRewrite>();
  const together = new Set<string>();

  /** @param objects object types that can stand there, through all the fragments around. */
  const splitSet = (set: Selections, on: string, place: Place, objects = objectsOf(on)): SelectionNode[] =>
    set.flatMap((selection): readonly SelectionNode[] => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) throw new Error('Expected no named fragments.');
      if (selection.kind === Kind.FIELD) return splitField(selection, on, place, objects);
      const type = selection.typeCondition?.name.value ?? on;
      const narrower = objectsOf(type).filter((each) => on === '' || objects.includes(each));
      const kept = splitSet(selection.selectionSet.selections, type, place, narrower);
      if (kept.length === 0) return [];
      return [{ ...selection, selectionSet: { kind: Kind.SELECTION_SET, selections: kept } }];
    });

  const splitField = (
    node: FieldNode,
    on: string,
    place: Place,
    objects: readonly string[],
  ): readonly SelectionNode[] => {
    const name = node.name.value;
    if (fieldOf(on, name) === undefined) return [node];
    // What an interface has as nullable, its implementers may have as non-null.
    const guarded = objects.filter((each) => isGuarded(each, name) && isFragile(each, name));
    if (guarded.length === 0 || input.settled.has(node)) return [descend(node, on, place)];
    const staying = objects.filter((each) => !guarded.includes(each) || !move({ place, type: each, node }));
    if (staying.length === objects.length) return [descend(node, on, place)];
    return staying.map((each) => inlineFragment(each, [descend(node, each, place)], []));
  };

  const isFragile = (on: string, name: string): boolean => {
    const type = fieldOf(on, name)?.type;
    return type !== undefined && isNonNullType(type);
  };

  const descend = (node: FieldNode, on: string, place: Place): FieldNode => {
    const field = fieldOf(on, node.name.value);
    if (node.selectionSet === undefined || field?.type === undefined) return node;
    const depth = listDepth(field.type);
    const below: Place = {
      type: baseType(field.type).name,
      path: [...place.path, (node.alias ?? node.name).value, ...Array.from({ length: depth }, () => '@')],
      link: {
        above: place,
        type: on,
        node,
        isList: depth > 0,
        provides: field.hasAppliedDirective(subgraph.metadata().providesDirective()),
      },
      keys: new Map(),
    };
    const kept = splitSet(node.selectionSet.selections, below.type, below);
    return { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: withKeys(kept, below) } };
  };

  /** Has it fetched by a call of its own, if an object that can be found again leads there and to nobody else. */
  const move = (fragile: Fragile): boolean => {
    const name = fragile.node.name.value;
    const field = fieldOf(fragile.type, name);
    let provided = field === undefined || !subgraph.metadata().isFieldExternal(field);
    let { place } = fragile;
    let types: readonly string[] = [fragile.type];
    for (;;) {
      const isRoot = place.link === null && input.root.kind === 'entities';
      const keys = isRoot || !provided ? [] : types.map((type) => entityKey(subgraph, type, isGuarded));
      const isFound = isRoot || keys.length > 0;
      if (isFound && keys.every((key) => key !== null)) {
        add(fragile, place, isRoot ? null : keys);
        return true;
      }
      // Below a list, several people's values would share one fate.
      if (place.link === null || place.link.isList) break;
      provided ||= place.link.provides;
      types = objectsOf(place.link.type);
      place = place.link.above;
    }
    for (const each of input.concrete(fragile.type)) {
      if (isGuarded(each, name)) together.add(`${each}.${name}`);
    }
    return false;
  };

  const add = (fragile: Fragile, place: Place, keys: readonly EntityKey[] | null): void => {
    const { name, alias = name } = fragile.node;
    const fates = input.concrete(fragile.type).map((each) => input.fate(each, name.value, alias.value));
    const id = JSON.stringify([place.path, fragile.place.path, fates]);
    const known = found.get(id);
    const above = place.path.filter((step) => step !== '@');
    for (const key of keys ?? []) {
      place.keys.set(JSON.stringify(key.requires), key);
      for (const each of key.renames) {
        const rename = { ...each, path: [...above, ...each.path] };
        renames.set(JSON.stringify(rename), rename);
      }
    }
    // Fragments may lead to one place more than once, each time by fields of their own.
    const each: Found = { ...fragile, root: place };
    if (known === undefined) found.set(id, { place, keys, of: [each] });
    else {
      known.of.push(each);
      known.keys = known.keys === null ? null : [...known.keys, ...(keys ?? [])];
    }
  };

  /** Object types of the subgraph that one of its types stands for; an interface object stands for itself. */
  const objectsOf = (typeName: string): readonly string[] => {
    const type = subgraph.schema.type(typeName);
    if (type === undefined || !isCompositeType(type) || isObjectType(type)) return [typeName];
    return (isUnionType(type) ? type.types() : type.possibleRuntimeTypes()).map(({ name }) => name);
  };

  const fieldOf = (typeName: string, name: string): FieldDefinition<CompositeType> | undefined => {
    const type = subgraph.schema.type(typeName);
    return type !== undefined && (isObjectType(type) || isInterfaceType(type)) ? type.field(name) : undefined;
  };

  const subjects: SubjectPaths = {
    leads: input.isSubject,
    target(type, field) {
      const found = fieldOf(type, field)?.type;
      return found === undefined ? '' : baseType(found).name;
    },
  };

  const type = input.root.kind === 'type' ? input.root.name : '';
  const root: Place = { type, path: [], link: null, keys: new Map() };
  const kept = splitSet(selections, type, root);
  return {
    kept: withKeys(kept, root),
    apart: [...found.values()].map(({ place, keys, of }) => apartOf(subjects, place, keys, of)),
    renames: [...renames.values()],
    together,
  };
}
