import { Kind, valueFromASTUntyped } from 'graphql';
import type { DirectiveNode, ValueNode } from 'graphql';

/** Arguments whose type is a list, where one string stands for a list of one. */
const LISTS: ReadonlySet<string> = new Set(['subject', 'allow', 'deny']);

/**
 * What an application says, however it is spelt: equal for the same arguments in another order, with another kind of
 * quotes or with a null left out. The directive's name is no part of it, since it may differ between subgraphs.
 */
export function applicationKey({ arguments: inputs = [] }: DirectiveNode): string {
  const given = inputs
    .filter(({ value }) => value.kind !== Kind.NULL)
    .map(({ name, value }) => [name.value, spelt(name.value, value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(given);
}

function spelt(name: string, value: ValueNode): unknown {
  const plain: unknown = valueFromASTUntyped(value);
  return LISTS.has(name) && !Array.isArray(plain) ? [plain] : plain;
}
