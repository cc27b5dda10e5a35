import type { OperationDefinitionNode } from 'graphql';
import { admit, type CallerClaims } from '../policies/admit.ts';
import type { Caller } from '../policies/caller.ts';
import type { Policy } from '../policies/policy.ts';
import { refusal } from './errors.ts';
import { declaredPurpose } from './prepare/usedFor.ts';

/**
 * Admits a caller with the purpose that the request declares, by header or by `@usedFor`; both must agree.
 *
 * @throws a refusal with one of the codes of `admit`, or `PURPOSE_CONFLICT`.
 */
export function admitCaller(
  policy: Policy,
  claims: CallerClaims,
  operation: OperationDefinitionNode,
  now: number,
): Caller {
  const literal = declaredPurpose(operation);
  if (literal !== null && claims.purpose !== null && literal !== claims.purpose) {
    throw refusal(
      'PURPOSE_CONFLICT',
      'The header x-purpose and the operation’s @usedFor differ; declare one purpose, or the same twice.',
    );
  }
  const admission = admit(policy, { ...claims, purpose: literal ?? claims.purpose }, now);
  if (!admission.ok) throw refusal(admission.code, admission.message);
  return admission.caller;
}
