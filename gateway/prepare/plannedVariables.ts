import {
  Kind,
  visit,
  type ArgumentNode,
  type DirectiveNode,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
  type VariableNode,
} from 'graphql';

/** Gives a planned operation variables of its own, so that a hostile name goes nowhere. */
export interface PlannedVariables {
  /** Client variable name → name in the planned operation, of those met so far. */
  readonly names: ReadonlyMap<string, string>;
  /** Copies that use the planned names. */
  readonly inArguments: (given: readonly ArgumentNode[] | undefined) => readonly ArgumentNode[];
  readonly inDirectives: (applied: readonly DirectiveNode[] | undefined) => readonly DirectiveNode[];
  /** Definitions of the variables met so far. */
  readonly definitions: () => readonly VariableDefinitionNode[];
}

/** Creates the names of one operation's variables. */
export function plannedVariables({ variableDefinitions = [] }: OperationDefinitionNode): PlannedVariables {
  const names = new Map<string, string>();

  const planned = ({ name: { value } }: VariableNode): VariableNode => {
    const name = names.get(value) ?? `v${names.size}`;
    names.set(value, name);
    return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } };
  };

  return {
    names,
    inArguments: (given = []) => given.map((argument) => visit(argument, { Variable: planned })),
    inDirectives: (applied = []) => applied.map((directive) => visit(directive, { Variable: planned })),
    definitions: () =>
      variableDefinitions
        .filter(({ variable }) => names.has(variable.name.value))
        .map((definition) => ({ ...definition, variable: planned(definition.variable) })),
  };
}
