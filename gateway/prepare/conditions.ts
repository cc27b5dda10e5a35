import { Kind, visit, type DirectiveNode, type DocumentNode } from 'graphql';
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

/** Values of variables in the form in which @graphql-tools/utils takes them for every version of graphql. */
export interface VariableValues {
  readonly coerced: Record<string, unknown>;
  readonly sources: Record<string, never>;
}

/** Wraps coerced variables for `collectSubFields` and `shouldIncludeNode`. */
export function variableValues(variables: Readonly<Record<string, unknown>>): VariableValues {
  return { coerced: variables, sources: {} };
}

function conditionOf(
  directive: DirectiveNode,
): NonNullable<DirectiveNode['arguments']>[number]['value'] | undefined {
  return directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
}
