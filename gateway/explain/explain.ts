import { getOperationAST, GraphQLError, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import type { CallerClaims } from '../../policies/admit.ts';
import type { Caller } from '../../policies/caller.ts';
import type { PolicyPlaces } from '../../policies/policyPlaces.ts';
import { admitCaller } from '../admitCaller.ts';
import type { Generation } from '../generation.ts';
import type { CompiledField } from '../prepare/compileShape.ts';
import { conditionsOf, conditionVariables, settleConditions } from '../prepare/conditions.ts';
import { prepare } from '../prepare/prepare.ts';
import { refuseSubscription } from '../prepare/preparedFor.ts';
import { declaredPurpose } from '../prepare/usedFor.ts';
import type { DataShape } from '../project/shape.ts';
import type { AnnotationSources } from './annotationSources.ts';
import { explainFetches } from './explainFetches.ts';
import { explainFields } from './explainFields.ts';
import { explainInputs } from './explainInputs.ts';
import { explainPlaces } from './explainPlaces.ts';
import type { ExplainedRefusal, Explanation } from './explanation.ts';
import { givenVariables } from './givenVariables.ts';
import { reachedDocument } from './reachedDocument.ts';

/** What one explanation is made from. */
export interface ExplainInput {
  readonly generation: Generation;
  readonly annotations: AnnotationSources;
  readonly places: PolicyPlaces;
  readonly files: Explanation['files'];
  /** Valid, with positions. */
  readonly document: DocumentNode;
  /** One of the document's. */
  readonly operation: OperationDefinitionNode;
  readonly claims: CallerClaims;
  /** `null`: none were given, so that what needs them is told as far as it goes. */
  readonly variables: Readonly<Record<string, unknown>> | null;
}

/**
 * Explains what the gateway would do with an operation, by preparing it as the gateway does and reading what that
 * gave (test/gateway/explain/agreement.test.ts). What the gateway would refuse is explained by its refusal.
 *
 * @throws an Error for an operation that cannot be explained without variables, or not at all.
 */
export function explain(input: ExplainInput): Explanation {
  const { generation, claims, operation, files } = input;
  const told = { files, client: claims.client ?? '', purpose: purposeOf(input), recipient: claims.recipient };
  try {
    refuseSubscription(operation);
    const caller = admitCaller(generation.policy, claims, operation, Date.now());
    return { ...told, purpose: caller.purpose, recipient: caller.recipient, ...explainFor(input, caller) };
  } catch (error) {
    return { ...told, refusal: refusalOf(error), missingVariables: [], fields: [], fetches: [] };
  }
}

/** What the request declares, were it refused as well. */
function purposeOf({ claims, operation }: ExplainInput): string | null {
  try {
    return claims.purpose ?? declaredPurpose(operation);
  } catch {
    return null;
  }
}

type Explained = Pick<Explanation, 'refusal' | 'missingVariables' | 'fields' | 'fetches'>;

function explainFor(input: ExplainInput, caller: Caller): Explained {
  const { generation, operation } = input;
  const { variables, missing } = givenVariables(generation.schema, operation, input.variables);
  const document = reachedDocument(input.document, operation);
  const conditions = conditionVariables(document);
  const unsettled = conditions.filter((name) => missing.includes(name));
  if (unsettled.length > 0) {
    const names = unsettled.map((name) => `$${name}`).join(', ');
    throw new Error(`@skip and @include depend on ${names}; give it by --variables FILE.`);
  }
  const settled = settleConditions(document, conditionsOf(conditions, variables));
  const chosen = getOperationAST(settled) ?? operation;
  const compiled = new Map<DataShape, CompiledField>();
  const prepared = prepare(generation, settled, chosen, caller, {
    onField: (field) => void compiled.set(field.shape, field),
  });

  const explaining = { ...input, policy: generation.policy, rules: generation.rules, caller };
  const refusal = refusalBy(() => prepared.checkArguments(caller, variables));
  // Without its variables an operation is not refused for lack of them.
  const isUnknown = missing.length > 0 && refusal?.code === 'BAD_USER_INPUT';
  return {
    refusal: isUnknown ? null : refusal,
    missingVariables: missing,
    fields: explainFields(explaining, {
      document,
      settled,
      places: explainPlaces(prepared, compiled),
      inputs: explainInputs(
        explaining,
        generation.graphqlSchema,
        generation.rules,
        settled,
        variables,
        missing,
      ),
      prepared,
    }),
    fetches: refusal === null || isUnknown ? explainFetches(prepared.plan) : [],
  };
}

function refusalBy(check: () => unknown): ExplainedRefusal | null {
  try {
    check();
    return null;
  } catch (error) {
    return refusalOf(error);
  }
}

/** What the gateway would answer with. @throws whatever is no refusal of the gateway's. */
function refusalOf(error: unknown): ExplainedRefusal {
  if (!(error instanceof GraphQLError)) throw error;
  const { code, http } = error.extensions;
  if (typeof code !== 'string' || error.originalError !== undefined) throw error;
  const status = typeof http === 'object' && http !== null && 'status' in http ? http.status : null;
  return { code, status: typeof status === 'number' ? status : null, message: error.message };
}
