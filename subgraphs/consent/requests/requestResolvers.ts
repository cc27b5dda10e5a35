import { forgetRead } from '../consentContext.ts';
import type { ConsentContext, Subject } from '../consentContext.ts';
import { GraphQLError } from 'graphql';
import type { CallerClaims } from '../../../policies/consent/callerToken.ts';
import { changeConsent } from '../changeConsent.ts';
import type { ConsentStore } from '../consentStore.ts';
import { draftEvent } from '../eventDraft.ts';
import { appendEvent } from '../events.ts';
import { mayRead, mayWrite, mayWriteAll, seesActors, seesPurpose } from '../guard.ts';
import { isOverdue, listRequests } from './readRequests.ts';
import type { FullRequest, RequestStep } from './readRequests.ts';
import { readReasonedStep, readRequestsAsked, readStep, readSubmission } from './requestInput.ts';
import type { StepInput } from './requestInput.ts';
import { submitRequest, takeStep } from './requests.ts';
import type { StepDraft } from './requests.ts';
import type { EventState } from '../tables.ts';

type Guard = (caller: CallerClaims | null, subject: string) => CallerClaims;

/**
 * The resolvers of what `schema.graphql` has of requests under Article 8.
 *
 * @param termMs how long the answer to a request may take.
 */
export function requestResolvers(store: ConsentStore, termMs: number) {
  const { database, now } = store;

  const stepTo =
    (state: StepDraft['state'], read: (given: unknown) => StepInput, guard: Guard) =>
    async (_: unknown, given: unknown, context: ConsentContext) => {
      const { subject, id, note } = read(given);
      const caller = guard(context.caller, subject);
      const { result, effectiveInMs } = await changeConsent(store, subject, async (transaction) => {
        const append = async (eventState: EventState): Promise<unknown> => {
          const draft = draftEvent(caller, subject, store.policyRevision, { eventState });
          return await appendEvent(transaction, subject, draft, now());
        };
        return await takeStep(transaction, { subject, id, state, note, ...doerOf(caller) }, now(), append);
      });
      forgetRead(context, subject);
      return result.kind === 'taken'
        ? receipt(result.request, result.recordId, effectiveInMs)
        : { __typename: 'RightsRequestConflict', request: result.request };
    };

  return {
    Query: {
      rightsRequests: async (_: unknown, given: unknown, context: ConsentContext) => {
        mayWriteAll(context.caller);
        const asked = readRequestsAsked(given);
        const found = await listRequests(database, asked, now());
        if (found !== null) return found;
        throw new GraphQLError('Argument "after": expected the id of a request.', {
          extensions: { code: 'BAD_USER_INPUT' },
        });
      },
    },
    Mutation: {
      submitRightsRequest: async (_: unknown, given: unknown, context: ConsentContext) => {
        const submission = readSubmission(given);
        const caller = mayWrite(context.caller, submission.subject, null);
        const draft = { ...submission, ...doerOf(caller), termMs };
        const { result, effectiveInMs } = await changeConsent(
          store,
          draft.subject,
          async (transaction) => await submitRequest(transaction, draft, now()),
        );
        forgetRead(context, draft.subject);
        return receipt(result, result.steps[0]?.recordId ?? '', effectiveInMs);
      },
      startRightsRequest: stepTo('IN_PROGRESS', readStep, mayWriteAll),
      fulfillRightsRequest: stepTo('FULFILLED', readReasonedStep, mayWriteAll),
      refuseRightsRequest: stepTo('REFUSED', readReasonedStep, mayWriteAll),
      cancelRightsRequest: stepTo('CANCELLED', readStep, (caller, subject) =>
        mayWrite(caller, subject, null),
      ),
    },
    DataSubject: {
      requests: async ({ id }: Subject, _: unknown, context: ConsentContext) => {
        const caller = mayRead(context.caller, id);
        return seesPurpose(caller, id, null) ? await context.requests.load(id) : null;
      },
    },
    RightsRequest: {
      subject: ({ subject }: FullRequest): Subject => ({ id: subject }),
      receivedAt: ({ receivedAt }: FullRequest): string => receivedAt.toISOString(),
      dueAt: ({ dueAt }: FullRequest): string => dueAt.toISOString(),
      overdue: (request: FullRequest): boolean => isOverdue(request, now()),
      steps: ({ subject, steps }: FullRequest, _: unknown, context: ConsentContext) => {
        const caller = mayRead(context.caller, subject);
        return seesPurpose(caller, subject, null) ? steps.map((step) => told(step, caller)) : null;
      },
    },
  };
}

function receipt(request: FullRequest, recordId: string, effectiveInMs: number) {
  const step = request.steps.find((each) => each.recordId === recordId);
  const at = (step?.at ?? request.receivedAt).toISOString();
  return { __typename: 'RightsRequestReceipt', recordId, at, effectiveInMs, request };
}

function doerOf(caller: CallerClaims): Pick<StepDraft, 'client' | 'actor'> {
  return { client: caller.client, actor: caller.actor ?? caller.endUser };
}

function told(step: RequestStep, caller: CallerClaims) {
  const actor = seesActors(caller) ? step.actor : null;
  return { ...step, at: step.at.toISOString(), actor };
}
