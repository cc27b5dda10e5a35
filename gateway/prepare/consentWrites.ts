import {
  Kind,
  OperationTypeNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import type { Caller } from '../../policies/caller.ts';
import { covers } from '../../policies/covers.ts';
import type { Policy, Purpose } from '../../policies/policy.ts';
import { refusal } from '../errors.ts';
import { argumentValues } from './argumentValues.ts';
import { fieldOf } from './selections.ts';

/** What guarding consent writes depends on. */
export interface ConsentWritesInput {
  readonly schema: GraphQLSchema;
  readonly policy: Policy;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Root mutation fields that the consent system resolves. */
  readonly consentMutations: ReadonlySet<string>;
}

/** Refuses a request that writes consents which its caller may not write. `variables` as for `CheckArguments`. */
export type CheckConsentWrites = (caller: Caller, variables: Readonly<Record<string, unknown>>) => void;

/**
 * Not for the subject to say: how their data was acquired decides whether group companies may have it (Article 5), and
 * what comes of their requests is decided by who handles them (Article 8).
 */
const CLIENTS_ALONE: ReadonlySet<string> = new Set([
  'recordAcquisition',
  'startRightsRequest',
  'fulfillRightsRequest',
  'refuseRightsRequest',
]);

/** Consent is to one purpose and recipient, or any; one can say no to all that lie below a key. */
const GRANT = 'grantConsent';
const OBJECT = 'objectToPurpose';

/**
 * Compiles the guard of the consent system's own mutations: the verified end user writes their own consents, a
 * client those of the purposes that it holds `consent:write` for. The subgraph guards itself as well, by the same
 * table (test/gateway/consentGuards.test.ts).
 *
 * INVARIANT: what concerns no one purpose (a suspension, an erasure) takes the right to all, and so does a
 * mutation that names no subject (test/gateway/consentWrites.test.ts).
 */
export function consentWrites(input: ConsentWritesInput): CheckConsentWrites {
  const { schema, policy, operation } = input;
  const mutation = schema.getMutationType();
  const writes =
    operation.operation === OperationTypeNode.MUTATION && mutation
      ? rootFields(operation.selectionSet.selections, input.fragments).flatMap((node) => {
          const field = input.consentMutations.has(node.name.value)
            ? fieldOf(mutation, node.name.value)
            : null;
          return field === null ? [] : [{ field, node }];
        })
      : [];
  if (writes.length === 0) return () => undefined;

  return (caller, variables) => {
    for (const { field, node } of writes) {
      const { subject, purpose = null, recipient = null } = argumentValues(field, node, variables);
      const isOwn = caller.endUser !== null && caller.endUser === subject && !CLIENTS_ALONE.has(field.name);
      if (!isOwn && !mayWrite(policy, caller, subject, purpose)) throw forbidden(field.name);
      const scope = field.name === GRANT ? 'one' : 'all below';
      if (typeof purpose === 'string') checkPurpose(policy, field.name, purpose, scope);
      // Who misspells whom they opt out of must not believe that they have.
      if (typeof recipient === 'string' && !isKeyOf(policy.recipients, recipient, scope)) {
        throw refusal(
          'RECIPIENT_UNKNOWN',
          `Mutation.${field.name} needs a recipient of the policy, or none.`,
        );
      }
    }
  };
}

/**
 * INVARIANT: what nobody can consent to as such is not granted, and nobody is told that they objected to what goes on
 * all the same (test/gateway/consentWrites.test.ts).
 */
function checkPurpose(policy: Policy, field: string, key: string, scope: 'one' | 'all below'): void {
  if (!isKeyOf(policy.purposes, key, scope)) {
    throw refusal('PURPOSE_UNKNOWN', `Mutation.${field} needs a purpose of the policy.`);
  }
  if (field === GRANT && !restsOnSubjects(policy.purposes.get(key))) {
    throw refusal('PURPOSE_UNKNOWN', `Mutation.${field} needs a purpose that rests on consent or notice.`);
  }
  if (
    field === OBJECT &&
    ![...policy.purposes.values()].some((each) => each.objectable && covers(key, each.key))
  ) {
    throw refusal(
      'PURPOSE_NOT_OBJECTABLE',
      `Mutation.${field} needs a purpose that the policy lets people object to.`,
    );
  }
}

function restsOnSubjects(purpose: Purpose | undefined): boolean {
  return [...(purpose?.basis.values() ?? [])].some((basis) => basis === 'consent' || basis === 'notified');
}

/** Whether the policy has the key, or, where all below it are meant, any of them. */
function isKeyOf(entries: ReadonlyMap<string, unknown>, key: string, scope: 'one' | 'all below'): boolean {
  return entries.has(key) || (scope === 'all below' && [...entries.keys()].some((each) => covers(key, each)));
}

/** Whether the client may, by its rights. */
function mayWrite(policy: Policy, caller: Caller, subject: unknown, purpose: unknown): boolean {
  const rights = policy.clients.get(caller.client)?.consentWrite ?? [];
  const concernsOne = typeof subject === 'string' && subject !== '' && typeof purpose === 'string';
  return rights.some((right) => right === '*' || (concernsOne && covers(right, purpose)));
}

function forbidden(field: string): Error {
  return refusal(
    'CONSENT_WRITE_FORBIDDEN',
    CLIENTS_ALONE.has(field)
      ? `Mutation.${field} takes a client with consent:write for all purposes.`
      : `Mutation.${field} takes the data subject as verified end user, or a client with consent:write for the purpose.`,
  );
}

function rootFields(
  selections: readonly SelectionNode[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    return fragment === undefined ? [] : rootFields(fragment.selectionSet.selections, fragments);
  });
}
