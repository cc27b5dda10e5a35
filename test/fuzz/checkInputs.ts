import {
  getArgumentValues,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isUnionType,
  Kind,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import type { Caller } from '../../policies/caller.ts';
import { mayLookUp } from '../../policies/mayLookUp.ts';
import type { Policy } from '../../policies/policy.ts';
import { possibleObjects, type Applied, type Model } from './model.ts';

/** Who gives inputs, and under which policy. */
export interface InputsOf {
  readonly policy: Policy;
  readonly caller: Caller;
  readonly onLookup?: () => void;
}

/** Values that the operation's own types do not allow. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
}

/**
 * Whether a request may be given what it is given: DESIGN §2, "Arguments", over what is really selected.
 *
 * @returns the code of its refusal, or `null`.
 * @throws InvalidInput.
 */
export function checkInputs(
  model: Model,
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Readonly<Record<string, unknown>>,
  { policy, caller, onLookup }: InputsOf,
): string | null {
  let isRefused = false;

  const use = (categories: readonly string[], writes: boolean): void => {
    if (categories.length === 0) return;
    const may = writes
      ? policy.clients.get(caller.client)?.write === true
      : mayLookUp(policy, categories, caller);
    if (!may) isRefused = true;
    else if (!writes) onLookup?.();
  };

  const walk = (selections: readonly SelectionNode[], parent: GraphQLCompositeType): void => {
    for (const selection of selections) {
      if (!isSelected(selection.directives ?? [], variables)) continue;
      if (selection.kind === Kind.FIELD) {
        onField(selection, parent);
        continue;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      const named = fragment?.typeCondition?.name.value;
      const type = named === undefined ? parent : schema.getType(named);
      if (fragment !== undefined && isCompositeType(type)) walk(fragment.selectionSet.selections, type);
    }
  };

  const onField = (node: FieldNode, parent: GraphQLCompositeType): void => {
    const field = isUnionType(parent) ? undefined : parent.getFields()[node.name.value];
    if (field === undefined) return;
    const given = argumentsOf(field, node, variables);
    const writes = parent === schema.getMutationType();
    for (const argument of field.args) {
      if (!Object.hasOwn(given, argument.name)) continue;
      use(
        [...onArgument(parent.name, field.name, argument.name), ...onLeaf(getNamedType(argument.type).name)],
        writes,
      );
      onValue(given[argument.name], argument.type, writes);
    }
    const type = getNamedType(field.type);
    if (isCompositeType(type) && node.selectionSet !== undefined) walk(node.selectionSet.selections, type);
  };

  const onValue = (value: unknown, type: GraphQLInputType, writes: boolean): void => {
    const inner = getNullableType(type);
    if (value === null || value === undefined) return;
    if (isListType(inner)) {
      for (const each of Array.isArray(value) ? value : [value]) onValue(each, inner.ofType, writes);
    } else if (isEnumType(inner)) {
      const of = model.inputEnums.find(({ name }) => name === inner.name);
      const chosen = of?.values.find(({ name }) => name === value);
      use([...categories(of?.applied), ...categories(chosen?.applied)], writes);
    } else if (isInputObjectType(inner)) {
      const of = model.inputs.find(({ name }) => name === inner.name);
      for (const [name, each] of Object.entries(value)) {
        const input = of?.fields.find((field) => field.name === name);
        const fieldType = inner.getFields()[name]?.type;
        if (input === undefined || fieldType === undefined) continue;
        use([...categories(of?.applied), ...categories(input.applied), ...onLeaf(input.named)], writes);
        onValue(each, fieldType, writes);
      }
    }
  };

  /** Asked through an interface, any implementer may be the one that looks. */
  const onArgument = (parent: string, field: string, argument: string): string[] => {
    const objects = possibleObjects(model, parent);
    const above = new Set([parent, ...objects.flatMap(({ interfaces }) => [...interfaces])]);
    const fields = [
      ...objects.map((object) => object.fields.get(field)),
      ...[...above].map((name) => model.interfaces.get(name)?.fields.get(field)),
      ...[...above].map((name) => model.interfaces.get(name)?.added.get(field)),
    ];
    return fields.flatMap((of) => categories(of?.args.find(({ name }) => name === argument)?.applied));
  };

  const onLeaf = (named: string): string[] => [
    ...categories(model.leaves.find(({ name }) => name === named)?.applied),
    ...categories(model.inputEnums.find(({ name }) => name === named)?.applied),
  ];

  const root = schema.getRootType(operation.operation);
  if (root) walk(operation.selectionSet.selections, root);
  return isRefused ? 'PERSONAL_ARGUMENT_REJECTED' : null;
}

function categories(applied: readonly Applied[] = []): string[] {
  return applied.flatMap(({ category }) => category ?? []);
}

function argumentsOf(
  field: Parameters<typeof getArgumentValues>[0],
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  try {
    return getArgumentValues(field, node, variables);
  } catch {
    throw new InvalidInput('An argument is of another type.');
  }
}

/** @throws InvalidInput for a condition that is null. */
function isSelected(
  directives: readonly DirectiveNode[],
  variables: Readonly<Record<string, unknown>>,
): boolean {
  return directives.every(({ name, arguments: given = [] }) => {
    const value = given.find((argument) => argument.name.value === 'if')?.value;
    if (value === undefined) return true;
    const holds =
      value.kind === Kind.VARIABLE ? variables[value.name.value] : value.kind === Kind.BOOLEAN && value.value;
    if (typeof holds !== 'boolean') throw new InvalidInput('A condition is null.');
    return holds === (name.value === 'include');
  });
}
