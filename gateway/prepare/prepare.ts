import { Kind, type DocumentNode, type FragmentDefinitionNode, type OperationDefinitionNode } from 'graphql';
import type { QueryPlanner } from '@apollo/query-planner';
import type { FieldRules } from '../../directives/fieldRule.ts';
import type { Caller } from '../../policies/caller.ts';
import type { Policy } from '../../policies/policy.ts';
import type { SetShape } from '../project/shape.ts';
import { refusal } from '../errors.ts';
import { createBinder } from './binding.ts';
import { createGuardCompiler } from './compileGuard.ts';
import { compileShape } from './compileShape.ts';
import { conditionVariables } from './conditions.ts';
import { consentWrites } from './consentWrites.ts';
import { expandedSize } from './expandedSize.ts';
import { compileIntrospection, type Introspect } from './introspection.ts';
import { personalArguments, type CheckArguments } from './personalArguments.ts';
import { planOperation, type OperationPlan, type PlanningSchemas } from './plan.ts';
import { reservedKeys, type KeySpace } from './reservedKeys.ts';
import { rewriteOperation } from './rewrite.ts';

/** What preparing depends on: one generation. */
export interface PrepareInput extends PlanningSchemas {
  readonly planner: QueryPlanner;
  readonly rules: FieldRules;
  readonly policy: Policy;
  readonly keySpace: KeySpace;
  /** Root mutation fields that the consent system resolves. */
  readonly consentMutations: ReadonlySet<string>;
}

/** Everything about one operation that can be known before its variables and its data are. Immutable. */
export interface Prepared {
  readonly operation: OperationDefinitionNode;
  readonly plan: OperationPlan;
  /** Client variable name → name in the planned operation. */
  readonly variables: ReadonlyMap<string, string>;
  readonly checkArguments: CheckArguments;
  readonly introspect: Introspect;
  /** The answer's shape for the values that `@skip` and `@include` see. */
  shapeFor(variables: Readonly<Record<string, unknown>>): SetShape;
}

/** Selections that one operation may expand to; beyond it, fragments are being used to exhaust the gateway. */
const MAX_SELECTIONS = 20_000;

/** Shapes kept for one operation: `@skip`/`@include` variables multiply, few combinations are in use. */
const MAX_SHAPES = 32;

/**
 * Prepares one operation for one profile (DESIGN §5.2): nothing about the caller but their profile may show in
 * the result, since it serves every caller with the same one.
 *
 * @param document validated against the API schema.
 * @throws refusals (`OPERATION_TOO_LARGE`) and whatever the planner throws.
 */
export function prepare(
  input: PrepareInput,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  caller: Caller,
): Prepared {
  const { policy, rules, graphqlSchema: schema } = input;
  const fragments = fragmentsOf(document);
  if (expandedSize(operation, fragments) > MAX_SELECTIONS) {
    throw refusal(
      'OPERATION_TOO_LARGE',
      `The operation expands to over ${MAX_SELECTIONS} selections; send it in parts.`,
    );
  }
  const keys = reservedKeys(input.keySpace);
  const source = { schema, operation, fragments, keys };
  const checks = [
    consentWrites({ ...source, policy, consentMutations: input.consentMutations }),
    personalArguments({ ...source, policy, rules }),
  ];

  const rewritten = rewriteOperation({ ...source, binder: createBinder(rules, policy, caller) });
  const plan = planOperation(input.planner, input, rewritten.operation);

  const conditionNames = conditionVariables(document);
  const shapes = new Map<string, SetShape>();
  const shapeFor = (variables: Readonly<Record<string, unknown>>): SetShape => {
    const conditions = Object.fromEntries(conditionNames.map((name) => [name, variables[name] === true]));
    const key = Object.values(conditions).map(Number).join('');
    let shape = shapes.get(key);
    if (shape === undefined) {
      shape = compileShape({
        ...source,
        binder: createBinder(rules, policy, caller),
        compileGuard: createGuardCompiler(policy, caller),
        namespace: policy.namespace,
        conditions,
      });
      if (shapes.size >= MAX_SHAPES) shapes.clear();
      shapes.set(key, shape);
    }
    return shape;
  };

  return {
    operation,
    plan,
    variables: rewritten.variables,
    checkArguments: (of, variables) => {
      for (const check of checks) check(of, variables);
    },
    introspect: compileIntrospection(schema, operation, fragments),
    shapeFor,
  };
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
}
