import {
  getNamedType,
  isCompositeType,
  isObjectType,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type SelectionNode,
} from 'graphql';
import type { Frame } from './binding.ts';
import type { ReservedKeys } from './reservedKeys.ts';
import { fieldOf, inlineFragment, plainField } from './selections.ts';

/** One step to a subject id: the key that it is fetched under. */
export type SubjectKeys = readonly string[];

/**
 * The keys along a subject path, or `null` where it cannot be followed: an unknown field, one with arguments
 * (a paged list is not all of it), an end that is no leaf. Such a path stays unresolved, which is not permission.
 */
export function subjectKeys(
  schema: GraphQLSchema,
  type: string,
  path: readonly string[],
  keys: ReservedKeys,
): SubjectKeys | null {
  let parent: unknown = schema.getType(type);
  const found: string[] = [];
  for (const step of path) {
    if (!isCompositeType(parent)) return null;
    const field = fieldOf(parent, step);
    if (field === null || field.args.length > 0) return null;
    found.push(keys.ofHidden(field));
    parent = getNamedType(field.type);
  }
  return found.length === 0 || isCompositeType(parent) ? null : found;
}

/**
 * What must be selected beside a client's selections so that the subjects of its personal fields are known.
 * It is read before projection and never shown.
 */
export function subjectSelections(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType,
  frames: readonly Frame[],
  keys: ReservedKeys,
): SelectionNode[] {
  const byPath = new Map<string, { path: readonly string[]; types: Set<string> }>();
  for (const frame of frames) {
    for (const scope of frame.opened) {
      if (!scope.used) continue;
      for (const { path, unresolved } of scope.paths) {
        if (unresolved) continue;
        const entry = byPath.get(path.join(' ')) ?? { path, types: new Set() };
        byPath.set(path.join(' '), entry);
        entry.types.add(frame.type);
      }
    }
  }
  const frameTypes = new Set(frames.map((frame) => frame.type));
  return [...byPath.values()].flatMap(({ path, types }): SelectionNode[] => {
    // One selection on the abstract type itself keeps plans small where every concrete type wants the same.
    const onParent = isObjectType(parent) || types.size === frameTypes.size;
    const isRead = [...types].every((type) => hasSameKeys(schema, [parent.name, type], path, keys));
    const shared = onParent && isRead ? pathSelection(schema, parent, path, keys) : null;
    if (shared !== null) return [shared];
    return [...types].flatMap((type) => {
      const named = schema.getType(type);
      const selection = isCompositeType(named) ? pathSelection(schema, named, path, keys) : null;
      return selection === null ? [] : [inlineFragment(type, [selection], [])];
    });
  });
}

/** Whether a path has the same keys on two types: an implementer's field may be of a narrower type. */
function hasSameKeys(
  schema: GraphQLSchema,
  types: readonly string[],
  path: readonly string[],
  keys: ReservedKeys,
): boolean {
  const [first, ...others] = types.map((type) => JSON.stringify(subjectKeys(schema, type, path, keys)));
  return others.every((each) => each === first);
}

function pathSelection(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  path: readonly string[],
  keys: ReservedKeys,
): SelectionNode | null {
  const found = subjectKeys(schema, type.name, path, keys);
  if (found === null) return null;
  return path.reduceRight<FieldNode | null>(
    (below, step, index) => plainField(step, found[index] ?? step, below === null ? [] : [below]),
    null,
  );
}
