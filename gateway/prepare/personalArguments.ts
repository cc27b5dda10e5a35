import {
  getNamedType,
  type GraphQLError,
  isCompositeType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import type { FieldRules } from '../../directives/fieldRule.ts';
import type { Caller } from '../../policies/caller.ts';
import { containsMarker } from '../../policies/masks/isMasked.ts';
import { mayLookUp } from '../../policies/mayLookUp.ts';
import type { Policy } from '../../policies/policy.ts';
import { refusal } from '../errors.ts';
import { argumentValues } from './argumentValues.ts';
import { personalInputs, type PersonalInput } from './personalInputs.ts';
import { fieldOf } from './selections.ts';
import { writtenBack } from './writtenBack.ts';

/** Something that a request was permitted to do by its arguments: never a value. */
export interface PermittedInput extends PersonalInput {
  /** `lookup`: found or ordered data by it. `write`: a mutation took it, or is it. */
  readonly use: 'lookup' | 'write';
}

/**
 * Refuses a request whose arguments find or order data by personal values that its purpose may not look up, or
 * that writes what it may not write. Throws before anything is fetched.
 *
 * @param variables coerced, by the client's names.
 * @returns what is permitted, each once: personal inputs, and every root field of a mutation.
 */
export type CheckArguments = (
  caller: Caller,
  variables: Readonly<Record<string, unknown>>,
) => readonly PermittedInput[];

/** What checking one operation's arguments depends on. */
export interface ArgumentsInput {
  readonly schema: GraphQLSchema;
  readonly rules: FieldRules;
  readonly policy: Policy;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** One field whose arguments must be looked at. */
interface Use {
  readonly parent: GraphQLCompositeType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  readonly writes: boolean;
}

/** Compiles the check of one operation: only fields that could take something personal are looked at. */
export function personalArguments(input: ArgumentsInput): CheckArguments {
  const { schema, rules, policy, operation } = input;
  const inputs = personalInputs(rules);
  const mutation = schema.getMutationType();
  const uses: Use[] = [];

  const walk = (selections: readonly SelectionNode[], parent: GraphQLCompositeType): void => {
    const spread = new Set<string>();
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const field = fieldOf(parent, selection.name.value);
        if (field === null) continue;
        const writes = parent === mutation;
        if (writes || inputs.possible(parent, field)) {
          uses.push({ parent, field, node: selection, writes });
        }
        const type = getNamedType(field.type);
        if (isCompositeType(type) && selection.selectionSet !== undefined) {
          walk(selection.selectionSet.selections, type);
        }
        continue;
      }
      const name = selection.kind === Kind.FRAGMENT_SPREAD ? selection.name.value : null;
      if (name !== null) {
        if (spread.has(name)) continue;
        spread.add(name);
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : input.fragments.get(name ?? '');
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition;
      const type = condition === undefined ? parent : schema.getType(condition.name.value);
      if (isCompositeType(type)) walk(fragment.selectionSet.selections, type);
    }
  };

  const root = schema.getRootType(operation.operation);
  if (isCompositeType(root)) walk(operation.selectionSet.selections, root);
  if (uses.length === 0) return () => [];

  return (caller, variables) => {
    const isWrittenBack = writtenBack(policy, caller);
    const permitted = new Map<string, PermittedInput>();
    const permit = (coordinate: string, categories: readonly string[], use: PermittedInput['use']): void =>
      void permitted.set(`${use} ${coordinate}`, { coordinate, categories, use });
    for (const { parent, field, node, writes } of uses) {
      const values = argumentValues(field, node, variables);
      if (writes && containsMarker(values)) throw maskedValueWritten(parent, field);
      if (writes) permit(`${parent.name}.${field.name}`, [], 'write');
      const given = inputs.given(parent, field, values);
      for (const { coordinate, categories } of given.inputs) {
        const may = writes
          ? policy.clients.get(caller.client)?.write === true
          : mayLookUp(policy, categories, caller);
        if (!may) throw rejected(coordinate, writes);
        permit(coordinate, categories, writes ? 'write' : 'lookup');
      }
      if (writes && given.leaves.some(isWrittenBack)) throw maskedValueWritten(parent, field);
    }
    return [...permitted.values()];
  };
}

function maskedValueWritten(
  parent: GraphQLCompositeType,
  field: GraphQLField<unknown, unknown>,
): GraphQLError {
  return refusal(
    'MASKED_VALUE_WRITTEN',
    `${parent.name}.${field.name} was given what stands in place of a value that this caller is not shown. Send only ` +
      'the fields that changed; to write such a value, declare a purpose that shows it in full.',
  );
}

function rejected(coordinate: string, writes: boolean): GraphQLError {
  return refusal(
    'PERSONAL_ARGUMENT_REJECTED',
    writes
      ? `${coordinate} is personal input, which this client may not write. Its registry entry needs \`write: true\`.`
      : `${coordinate} would find or order by personal data, which the declared purpose does not list under \`lookups\`.`,
  );
}
