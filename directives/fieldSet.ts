import { GraphQLError, Kind, parse } from 'graphql';
import type { SelectionSetNode } from 'graphql';

/**
 * Parses a field set such as `id owner { email }`, with or without braces around it, as it stands in
 * `subject`, `@key`, `@requires` and `@fromContext`. `null` where it is none.
 */
export function parseFieldSet(text: string): SelectionSetNode | null {
  const trimmed = text.trim();
  try {
    const { definitions } = parse(trimmed.startsWith('{') ? trimmed : `{${trimmed}}`, { noLocation: true });
    const [operation, ...rest] = definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION || rest.length > 0) return null;
    return operation.selectionSet;
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}

/**
 * The one path that a field set spells, `sender { id }` → `['sender', 'id']`. `null` where it has more than
 * one leaf, or aliases, arguments, directives or fragments, which a path cannot hold.
 */
export function singlePath(set: SelectionSetNode): readonly string[] | null {
  const [selection, ...rest] = set.selections;
  if (selection?.kind !== Kind.FIELD || rest.length > 0) return null;
  const { name, alias, directives, selectionSet } = selection;
  if (alias !== undefined || (selection.arguments ?? []).length > 0 || (directives ?? []).length > 0)
    return null;
  if (selectionSet === undefined) return [name.value];
  const below = singlePath(selectionSet);
  return below === null ? null : [name.value, ...below];
}
