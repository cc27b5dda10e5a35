import { Kind, visit, type DocumentNode, type OperationDefinitionNode } from 'graphql';

/** One operation of a document with the fragments that it spreads, also through others, in the document's order. */
export function reachedDocument(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  const reached = new Set<string>();
  const follow = (node: Parameters<typeof visit>[0]): void => {
    visit(node, {
      FragmentSpread: ({ name }) => {
        if (reached.has(name.value)) return;
        reached.add(name.value);
        for (const definition of document.definitions) {
          const isSpread =
            definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name.value;
          if (isSpread) follow(definition);
        }
      },
    });
  };
  follow(operation);
  return {
    ...document,
    definitions: document.definitions.filter(
      (definition) =>
        definition === operation ||
        (definition.kind === Kind.FRAGMENT_DEFINITION && reached.has(definition.name.value)),
    ),
  };
}
