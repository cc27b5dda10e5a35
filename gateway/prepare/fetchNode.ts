import type { FetchDataRewrite, FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  Kind,
  OperationTypeNode,
  print,
  stripIgnoredCharacters,
  visit,
  type DocumentNode,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type VariableDefinitionNode,
} from 'graphql';

const REPRESENTATIONS = 'representations';

/** The one operation of a fetch. */
export function operationOf({ operationDocumentNode }: FetchNode): OperationDefinitionNode {
  const [operation, ...rest] = operationDocumentNode?.definitions ?? [];
  if (operation?.kind === Kind.OPERATION_DEFINITION && rest.length === 0) return operation;
  throw new Error('Expected a fetch of one operation, without named fragments.');
}

/** The same fetch with other selections; of its variables those that they use. */
export function fetchOf(node: FetchNode, selections: readonly SelectionNode[]): FetchNode {
  const operation = operationOf(node);
  return withOperation(node, {
    ...operation,
    variableDefinitions: definitionsFor(operation, selections),
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  });
}

/** A fetch from the same subgraph of entities that another fetch found; its rewrites are those of an entity. */
export function entityFetch(
  node: FetchNode,
  requires: readonly QueryPlanSelectionNode[],
  selections: readonly SelectionNode[],
  outputRewrites: readonly FetchDataRewrite[],
): FetchNode {
  const operation = operationOf(node);
  const { serviceName, operationName } = node;
  return withOperation(
    {
      kind: 'Fetch',
      serviceName,
      operationName,
      operationKind: OperationTypeNode.QUERY,
      operation: '',
      requires: [...requires],
      ...(outputRewrites.length === 0 ? {} : { outputRewrites: [...outputRewrites] }),
    },
    {
      kind: Kind.OPERATION_DEFINITION,
      operation: OperationTypeNode.QUERY,
      ...(operation.name === undefined ? {} : { name: operation.name }),
      directives: operation.directives ?? [],
      variableDefinitions: [REPRESENTATIONS_DEFINITION, ...definitionsFor(operation, selections)],
      selectionSet: { kind: Kind.SELECTION_SET, selections: [entities(selections)] },
    },
  );
}

function withOperation(node: FetchNode, operation: OperationDefinitionNode): FetchNode {
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation] };
  return {
    ...node,
    operation: stripIgnoredCharacters(print(document)),
    operationDocumentNode: document,
    variableUsages: (operation.variableDefinitions ?? [])
      .map(({ variable }) => variable.name.value)
      .filter((name) => name !== REPRESENTATIONS),
  };
}

function definitionsFor(
  operation: OperationDefinitionNode,
  selections: readonly SelectionNode[],
): readonly VariableDefinitionNode[] {
  const used = new Set<string>();
  const whole = { kind: Kind.SELECTION_SET as const, selections };
  for (const node of [whole, ...(operation.directives ?? [])])
    visit(node, { Variable: ({ name }) => void used.add(name.value) });
  return (operation.variableDefinitions ?? []).filter(({ variable }) => used.has(variable.name.value));
}

function entities(selections: readonly SelectionNode[]): FieldNode {
  return {
    kind: Kind.FIELD,
    name: { kind: Kind.NAME, value: '_entities' },
    arguments: [
      {
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: REPRESENTATIONS },
        value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: REPRESENTATIONS } },
      },
    ],
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
}

/** `$representations: [_Any!]!` */
const REPRESENTATIONS_DEFINITION: VariableDefinitionNode = Object.freeze<VariableDefinitionNode>({
  kind: Kind.VARIABLE_DEFINITION,
  variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: REPRESENTATIONS } },
  type: {
    kind: Kind.NON_NULL_TYPE,
    type: {
      kind: Kind.LIST_TYPE,
      type: {
        kind: Kind.NON_NULL_TYPE,
        type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: '_Any' } },
      },
    },
  },
});
