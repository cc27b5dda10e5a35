import { Kind, visit, type DirectiveNode, type DocumentNode, type SelectionNode } from 'graphql';
import { isConditional } from './reservedKeys.ts';

/** Names of the variables that `@skip` and `@include` in a document use, sorted. */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: (directive) => {
      const value = isConditional(directive) ? conditionOf(directive) : undefined;
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names].sort();
}

/** Whether a selection takes part, given the values of the condition variables; a missing value is `false`. */
export function isIncluded(selection: SelectionNode, values: ReadonlyMap<string, boolean>): boolean {
  return (selection.directives ?? []).every((directive) => {
    if (!isConditional(directive)) return true;
    const condition = conditionOf(directive);
    const value =
      condition?.kind === Kind.VARIABLE
        ? values.get(condition.name.value) === true
        : condition?.kind === Kind.BOOLEAN && condition.value;
    return directive.name.value === 'include' ? value : !value;
  });
}

function conditionOf(
  directive: DirectiveNode,
): NonNullable<DirectiveNode['arguments']>[number]['value'] | undefined {
  return directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
}
