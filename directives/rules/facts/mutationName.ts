import { Kind, OperationTypeNode } from 'graphql';
import type { CheckedSupergraph } from '../rule.ts';

/** What the type of mutations is called. */
export function mutationName({ index }: CheckedSupergraph): string {
  for (const node of index.document.definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) continue;
    const found = node.operationTypes?.find(({ operation }) => operation === OperationTypeNode.MUTATION);
    if (found !== undefined) return found.type.name.value;
  }
  return 'Mutation';
}
