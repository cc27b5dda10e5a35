import { Kind, type FieldNode, type SelectionNode } from 'graphql';
import type { EntityKey } from './entityKeys.ts';
import { inlineFragment } from './selections.ts';

/** Fields that share one fate, from one kind of object. */
export interface Apart {
  /** From the fetch's data to the objects; `@` after each list. */
  readonly path: readonly string[];
  /** How they are found again; `null`: as the split fetch itself finds them. */
  readonly keys: readonly EntityKey[] | null;
  /** Below `_entities`. */
  readonly selections: readonly SelectionNode[];
  /** Every field on the way to what is fetched, and that itself. */
  readonly settled: ReadonlySet<FieldNode>;
  /** Keys from the objects to each one between them and those that hold the fields. */
  readonly way: readonly (readonly string[])[];
}

/** One position of the fetch that holds objects. */
export interface Place {
  /** Of the subgraph; empty below `_entities`. */
  readonly type: string;
  readonly path: readonly string[];
  /** Between an object of `above` and this one; `null` at the fetch's root. */
  readonly link: Link | null;
  /** Keys that the objects here must be asked for. */
  readonly keys: Map<string, EntityKey>;
}

/** What one position is below another by. */
export interface Link {
  readonly above: Place;
  /** The type that the field stands on. */
  readonly type: string;
  readonly node: FieldNode;
  readonly isList: boolean;
  readonly provides: boolean;
}

/** A field whose failure would null the object that holds it. */
export interface Fragile {
  readonly place: Place;
  readonly type: string;
  readonly node: FieldNode;
}

/** Such a field with the place above it whose objects are found again. */
export interface Found extends Fragile {
  readonly root: Place;
}

/** What is known of fields on the way to subject ids. */
export interface SubjectPaths {
  /** Whether a field is on such a way, on any type that the subgraph's type stands for. */
  readonly leads: (type: string, field: string) => boolean;
  /** The subgraph's type that a field leads to. */
  readonly target: (type: string, field: string) => string;
}

/**
 * The fields' own selections, with every field between them and the object that they are found by.
 *
 * INVARIANT: what is fetched apart is about whom the objects on the way are about when it is fetched: they are asked
 * again whom, since others may stand there by now (test/leaks/changingObjects.test.ts).
 */
export function apartOf(
  subjects: SubjectPaths,
  { path }: Place,
  keys: readonly EntityKey[] | null,
  fragile: readonly Found[],
): Apart {
  const settled = new Set<FieldNode>();
  const way: (readonly string[])[] = [];
  const selections = fragile.map(({ root, place: holder, type, node }) => {
    settled.add(node);
    let selection: SelectionNode = inlineFragment(type, [node], []);
    for (let at = holder; at !== root && at.link !== null; at = at.link.above) {
      const { node: above, type: on } = at.link;
      const whom = subjectsIn(above.selectionSet?.selections ?? [], at.type, subjects);
      const wrapped: FieldNode = {
        ...above,
        selectionSet: { kind: Kind.SELECTION_SET, selections: [selection, ...whom] },
      };
      settled.add(wrapped);
      way.push(at.path.slice(root.path.length).filter((key) => key !== '@'));
      selection = inlineFragment(on, [wrapped], []);
    }
    return selection;
  });
  const unique =
    keys === null ? null : [...new Map(keys.map((key) => [JSON.stringify(key.requires), key])).values()];
  return { path, keys: unique, selections, settled, way };
}

/** What says whom an object is about, and nothing beside it: what else is there is fetched apart itself. */
function subjectsIn(
  selections: readonly SelectionNode[],
  on: string,
  subjects: SubjectPaths,
): readonly SelectionNode[] {
  return selections.flatMap((selection): readonly SelectionNode[] => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) throw new Error('Expected no named fragments.');
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const type = selection.typeCondition?.name.value ?? on;
      const below = subjectsIn(selection.selectionSet.selections, type, subjects);
      return below.length === 0 ? [] : [inlineFragment(type, below, [])];
    }
    const name = selection.name.value;
    if (!subjects.leads(on, name)) return [];
    if (selection.selectionSet === undefined) return [selection];
    const below = subjectsIn(selection.selectionSet.selections, subjects.target(on, name), subjects);
    if (below.length === 0) return [];
    return [{ ...selection, selectionSet: { kind: Kind.SELECTION_SET, selections: below } }];
  });
}
