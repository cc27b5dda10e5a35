import { Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { readOwn } from '../project/readOwn.ts';

/** The response keys that an operation asks for, at any type; `null` for a leaf. */
interface Asked {
  readonly keys: Map<string, Asked | null>;
}

/**
 * What becomes of objects that are null. `left out`: merged, such a null would replace what another fetch of the
 * same object found.
 */
export type NullObjects = 'kept' | 'left out';

/**
 * A copy of a subgraph's data that holds what the operation asked for and nothing else.
 *
 * INVARIANT: a subgraph cannot give, beside its own fields, an id that another one owns: merged, it would pass
 * one person's data off as about somebody else (test/demo/failures.test.ts, "nobody asked for").
 */
export function askedFor(data: object, document: DocumentNode, nulls: NullObjects): Record<string, unknown> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const asked: Asked = { keys: new Map() };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) gather(definition.selectionSet, fragments, asked);
  }
  return pickObject(data, asked, nulls);
}

/** Type conditions are not looked at: what stands under any of them was asked for. */
function gather(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  into: Asked,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      if (selection.selectionSet === undefined) {
        if (!into.keys.has(key)) into.keys.set(key, null);
        continue;
      }
      const below: Asked = into.keys.get(key) ?? { keys: new Map() };
      into.keys.set(key, below);
      gather(selection.selectionSet, fragments, below);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      gather(selection.selectionSet, fragments, into);
    } else {
      const fragment = fragments.get(selection.name.value);
      if (fragment !== undefined) gather(fragment.selectionSet, fragments, into);
    }
  }
}

function pickObject(value: object, asked: Asked, nulls: NullObjects): Record<string, unknown> {
  const picked: Record<string, unknown> = { __proto__: null };
  for (const [key, below] of asked.keys) {
    const each = readOwn(value, key);
    if (each === undefined || (each === null && below !== null && nulls === 'left out')) continue;
    picked[key] = below === null ? each : pick(each, below, nulls);
  }
  return picked;
}

function pick(value: unknown, asked: Asked, nulls: NullObjects): unknown {
  if (Array.isArray(value)) return value.map((item) => pick(item, asked, nulls));
  return typeof value === 'object' && value !== null ? pickObject(value, asked, nulls) : value;
}
