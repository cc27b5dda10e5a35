import {
  executeSync,
  Kind,
  visit,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';

/**
 * Answers a client's `__schema`, `__type` and `_privacy` by their response keys; empty where it asks for none.
 *
 * @param root the request's own answer to `_privacy`, by that name: prepared operations serve several clients.
 */
export type Introspect = (
  variables: Readonly<Record<string, unknown>>,
  root?: Readonly<Record<string, unknown>>,
) => Readonly<Record<string, unknown>>;

/** Fields of the root that the gateway answers from the schema. */
export const INTROSPECTION: ReadonlySet<string> = new Set(['__schema', '__type']);

const NOTHING: Readonly<Record<string, unknown>> = Object.freeze({});

/**
 * Compiles the introspective part of an operation, which the gateway answers itself from the API schema.
 *
 * @param answered names of the root fields that it answers.
 */
export function compileIntrospection(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  answered: ReadonlySet<string> = INTROSPECTION,
): Introspect {
  const selections = introspective(operation.selectionSet.selections, fragments, answered);
  if (selections.length === 0) return () => NOTHING;

  const selectionSet = { kind: Kind.SELECTION_SET as const, selections };
  const used = usedVariables(selectionSet, fragments);
  const document = {
    kind: Kind.DOCUMENT as const,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION as const,
        operation: operation.operation,
        variableDefinitions: (operation.variableDefinitions ?? []).filter((each) =>
          used.has(each.variable.name.value),
        ),
        selectionSet,
      },
      ...fragments.values(),
    ],
  };
  return (variables, root = NOTHING) =>
    executeSync({ schema, document, rootValue: root, variableValues: { ...variables } }).data ?? NOTHING;
}

/** The root selections that lead to introspection; root fragments are inlined, since they may hold other fields. */
function introspective(
  selections: readonly SelectionNode[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  answered: ReadonlySet<string>,
): SelectionNode[] {
  return selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) {
      return answered.has(selection.name.value) ? [selection] : [];
    }
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    const below =
      inner === undefined ? [] : introspective(inner.selectionSet.selections, fragments, answered);
    if (below.length === 0) return [];
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        ...(selection.directives === undefined ? {} : { directives: selection.directives }),
        selectionSet: { kind: Kind.SELECTION_SET, selections: below },
      },
    ];
  });
}

/** Variables that a selection set uses, through the fragments that it spreads. */
function usedVariables(
  node: Parameters<typeof visit>[0],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  found: Set<string> = new Set(),
  visited: Set<string> = new Set(),
): ReadonlySet<string> {
  visit(node, {
    Variable: (variable) => {
      found.add(variable.name.value);
    },
    FragmentSpread: ({ name }) => {
      const fragment = fragments.get(name.value);
      if (fragment === undefined || visited.has(name.value)) return;
      visited.add(name.value);
      usedVariables(fragment, fragments, found, visited);
    },
  });
  return found;
}
