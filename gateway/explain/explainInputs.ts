import {
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
} from 'graphql';
import type { FieldRules } from '../../directives/fieldRule.ts';
import type { Caller } from '../../policies/caller.ts';
import { lookupEntries } from '../../policies/decidingEntries.ts';
import { mayLookUp } from '../../policies/mayLookUp.ts';
import type { PolicyPlace } from '../../policies/policyPlaces.ts';
import type { Variables } from '../coerceVariables.ts';
import { argumentValues } from '../prepare/argumentValues.ts';
import { personalInputs, type PersonalInput } from '../prepare/personalInputs.ts';
import type { CaseInput } from './caseInput.ts';
import { positionOf } from './explainPlaces.ts';
import type { ExplainedInput } from './explanation.ts';

/** Personal inputs by the position of the field that is given them. */
export type ExplainedInputs = ReadonlyMap<number, readonly ExplainedInput[]>;

/**
 * Explains the personal inputs that an operation gives, by what the gateway checks them with. A field that lacks
 * variables to tell is judged by those of its arguments that the operation names.
 *
 * @param document settled, with the operation and the fragments that it spreads.
 */
export function explainInputs(
  input: CaseInput,
  schema: GraphQLSchema,
  rules: FieldRules,
  document: DocumentNode,
  variables: Variables,
  missing: readonly string[],
): ExplainedInputs {
  const finder = personalInputs(rules);
  const found = new Map<number, readonly ExplainedInput[]>();
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: (node) => {
        const [parent, field] = [types.getParentType(), types.getFieldDef()];
        if (parent == null || field == null || !finder.possible(parent, field)) return;
        const values = givenValues(node, missing, (known) => argumentValues(field, known, variables));
        const writes = parent === schema.getMutationType();
        const { inputs } = finder.given(parent, field, values);
        if (inputs.length === 0) return;
        found.set(
          positionOf(node),
          inputs.map((each) => explained(input, each, writes)),
        );
      },
    }),
  );
  return found;
}

/** The values, with null for what is missing, and for every argument that is named where null cannot stand there. */
function givenValues(
  node: FieldNode,
  missing: readonly string[],
  coerce: (node: FieldNode) => Variables,
): Variables {
  try {
    return coerce(
      visit(node, {
        SelectionSet: () => false,
        Variable: ({ name }) => (missing.includes(name.value) ? { kind: Kind.NULL } : undefined),
      }),
    );
  } catch {
    return Object.fromEntries((node.arguments ?? []).map(({ name }) => [name.value, null]));
  }
}

function explained(
  { policy, places, annotations, caller }: CaseInput,
  { coordinate, categories }: PersonalInput,
  writes: boolean,
): ExplainedInput {
  return {
    coordinate,
    categories,
    use: writes ? 'write' : 'lookup',
    permitted: writes
      ? policy.clients.get(caller.client)?.write === true
      : mayLookUp(policy, categories, caller),
    annotations: annotations.ofInput(coordinate),
    policy: writes ? writeEntry({ places, caller }) : lookupEntries(policy, places, categories, caller),
  };
}

function writeEntry({
  places,
  caller,
}: Pick<CaseInput, 'places'> & { readonly caller: Caller }): readonly PolicyPlace[] {
  const place = places.at('clients', caller.client, 'write') ?? places.at('clients', caller.client);
  return place === null ? [] : [place];
}
