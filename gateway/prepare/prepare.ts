import {
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Caller } from '../../policies/caller.ts';
import type { Policy } from '../../policies/policy.ts';
import type { SetShape } from '../project/shape.ts';
import { refusal } from '../errors.ts';
import type { Limits } from '../limits/limits.ts';
import { createBinder } from './binding.ts';
import { createGuardCompiler } from './compileGuard.ts';
import { compileShape, type OnField } from './compileShape.ts';
import { consentWrites } from './consentWrites.ts';
import { DISCOVERY, offersDiscovery } from './discovery.ts';
import { expandedSize } from './expandedSize.ts';
import { compileIntrospection, INTROSPECTION, type Introspect } from './introspection.ts';
import { personalArguments, type CheckArguments } from './personalArguments.ts';
import { planOperation, type OperationPlan, type PlanInput } from './plan.ts';
import { reservedKeys, type KeySpace } from './reservedKeys.ts';
import { rewriteOperation, type Rewritten } from './rewrite.ts';
import { standsBelow, type StandsBelow } from './standsBelow.ts';

/** What preparing depends on: one generation. */
export interface PrepareInput extends PlanInput {
  /** The API schema as clients see it. */
  readonly schema: GraphQLSchema;
  readonly policy: Policy;
  readonly keySpace: KeySpace;
  /** Root mutation fields that the consent system resolves. */
  readonly consentMutations: ReadonlySet<string>;
  /** Interfaces that some subgraph knows as one object. */
  readonly interfaceObjects: ReadonlySet<string>;
  /**
   * What one operation may expand to. Planning holds up everybody: some 2 s at the most on a slow core with 5 000
   * selections. Beyond it, fragments or aliases are being used to exhaust the gateway.
   */
  readonly limits: Pick<Limits, 'selections' | 'depth'>;
}

/** Everything about one operation that can be known before its data is, for one outcome of its conditions. Immutable. */
export interface Prepared {
  readonly operation: OperationDefinitionNode;
  readonly plan: OperationPlan;
  /** Personal fields that the plan leaves out, since they cannot be fetched apart from others': `Type.field`. */
  readonly withheld: ReadonlySet<string>;
  /** Of these and of those that were granted, which stand below which. */
  readonly below: StandsBelow;
  /** Client variable name → name in the planned operation. */
  readonly variables: ReadonlyMap<string, string>;
  readonly checkArguments: CheckArguments;
  /** The same check as another policy would have it. */
  readonly checkArgumentsUnder: (policy: Policy) => CheckArguments;
  readonly introspect: Introspect;
  readonly shape: SetShape;
  /** Selections, by which the store of prepared operations is bounded. */
  readonly size: number;
}

/** What one operation is prepared with, besides its profile. */
export interface PrepareOptions {
  /** Fields that everybody whom they are about permits, `Type.field`; see `planOperation`. */
  readonly granted?: ReadonlySet<string>;
  /** Told of each field as the shape compiles it, for explanations. */
  readonly onField?: OnField;
}

const NOTHING: ReadonlySet<string> = new Set();

/**
 * Prepares one operation for one profile (DESIGN §5.2): nothing about the caller but their profile may show in
 * the result, since it serves every caller with the same one.
 *
 * @param document validated against the API schema, its `@skip` and `@include` settled.
 * @throws refusals (`OPERATION_TOO_LARGE`, `OPERATION_NOT_SUPPORTED`) and whatever the planner throws.
 */
export function prepare(
  input: PrepareInput,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  caller: Caller,
  { granted = NOTHING, onField }: PrepareOptions = {},
): Prepared {
  const { policy, rules, graphqlSchema: schema } = input;
  const fragments = fragmentsOf(document);
  const size = expandedSize(operation, fragments);
  const { selections, depth } = input.limits;
  if (size.selections > selections || size.depth > depth) {
    throw refusal(
      'OPERATION_TOO_LARGE',
      `The operation expands to over ${selections} selections or ${depth} levels; send it in parts.`,
    );
  }
  const keys = reservedKeys(input.keySpace);
  const source = { schema, operation, fragments, keys };
  const checkArgumentsUnder = (under: Policy): CheckArguments => {
    const { consentMutations } = input;
    const checkConsentWrites = consentWrites({ ...source, policy: under, consentMutations });
    const checkPersonal = personalArguments({ ...source, policy: under, rules });
    return (of, variables) => {
      checkConsentWrites(of, variables);
      return checkPersonal(of, variables);
    };
  };

  const rewrite = (withheld: ReadonlySet<string>): Rewritten =>
    rewriteOperation({
      ...source,
      binder: createBinder(rules, policy, caller),
      interfaceObjects: input.interfaceObjects,
      withheld,
    });
  const { plan, rewritten, withheld } = planOperation(input, rewrite, granted);

  return {
    operation,
    size: size.selections,
    plan,
    withheld,
    below: standsBelow(source, new Set([...withheld, ...granted])),
    variables: rewritten.variables,
    checkArguments: checkArgumentsUnder(policy),
    checkArgumentsUnder,
    introspect: compileIntrospection(input.schema, operation, fragments, answeredHere(input, operation)),
    shape: compileShape({
      ...source,
      binder: createBinder(rules, policy, caller),
      compileGuard: createGuardCompiler(policy, caller),
      namespace: policy.namespace,
      ...(onField === undefined ? {} : { onField }),
    }),
  };
}

/** Root fields that the gateway answers itself. */
function answeredHere(
  { schema, graphqlSchema }: PrepareInput,
  { operation }: OperationDefinitionNode,
): ReadonlySet<string> {
  const isOffered = operation === OperationTypeNode.QUERY && offersDiscovery(schema, graphqlSchema);
  return isOffered ? new Set([...INTROSPECTION, DISCOVERY]) : INTROSPECTION;
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
}
