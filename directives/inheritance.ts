import { unitedSubjects } from './combine.ts';
import type { Annotation } from './annotations.ts';
import type { SubjectPath } from './fieldRule.ts';
import type { JoinReader } from './joins.ts';
import type { SupergraphIndex } from './supergraphIndex.ts';

/** Whom the objects of a type are about, as far as the type itself tells (DESIGN §2, "Subject"). */
export interface Inheritance {
  /** Subjects that a type declares, with those of the interfaces it implements: all must permit. */
  readonly subjectsOf: (type: string) => readonly SubjectPath[];
  readonly isEntity: (type: string) => boolean;
  /**
   * The one object type whose fields lead to a type, and those fields. `null` for entities, root types, types
   * that only a root leads to, and types with several ways in: they take no subject from around them.
   */
  readonly parentOf: (type: string) => Parent | null;
}

export interface Parent {
  readonly type: string;
  readonly fields: readonly string[];
}

/** Works out the ways into every object type of a supergraph, once. */
export function readInheritance(
  index: SupergraphIndex,
  annotations: ReadonlyMap<string, Annotation>,
  joinsOf: JoinReader,
): Inheritance {
  const entities = new Set<string>();
  const waysIn = new Map<string, Map<string, string[]>>();
  for (const type of index.types.values()) {
    if (joinsOf(type.directives).types.some(({ key }) => key !== null)) entities.add(type.name);
    if (type.kind !== 'OBJECT') continue;
    // A field of an interface leads where the implementers' own fields lead, so objects' fields are enough.
    for (const field of type.fields.values()) {
      for (const { name } of index.possible(field.type)) {
        const ways = waysIn.get(name) ?? new Map<string, string[]>();
        const fields = ways.get(type.name);
        if (fields === undefined) waysIn.set(name, ways.set(type.name, [field.name]));
        else fields.push(field.name);
      }
    }
  }

  const subjectsOf = (name: string): readonly SubjectPath[] => {
    const type = index.types.get(name);
    if (type === undefined) return [];
    return [name, ...type.interfaces]
      .map((coordinate) => annotations.get(coordinate)?.terms.subjects ?? [])
      .reduce(unitedSubjects);
  };

  const parentOf = (name: string): Parent | null => {
    if (entities.has(name) || index.roots.has(name)) return null;
    const [way, ...others] = waysIn.get(name) ?? [];
    if (way === undefined || others.length > 0) return null;
    const [type, fields] = way;
    return type === name || index.roots.has(type) ? null : { type, fields };
  };

  return { subjectsOf, parentOf, isEntity: (name) => entities.has(name) };
}
