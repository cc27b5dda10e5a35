import { forgetRead } from './consentContext.ts';
import type { ConsentContext, Subject } from './consentContext.ts';
import type { CallerClaims } from '../../policies/consent/callerToken.ts';
import type { ConsentState } from '../../policies/consent/state.ts';
import { accessResolvers } from './accesses/accessResolvers.ts';
import { changeConsent } from './changeConsent.ts';
import type { ConsentStore } from './consentStore.ts';
import { deriveState } from './deriveState.ts';
import { draftEvent, UNKNOWN_METHOD } from './eventDraft.ts';
import type { EventDetails } from './eventDraft.ts';
import { appendEvent } from './events.ts';
import { mayRead, mayReadStates, mayWrite, mayWriteAll, seesPurpose } from './guard.ts';
import { readAcquisition, readPurposeInput, readSubject, readSubjects } from './input.ts';
import { readStates } from './readStates.ts';
import { requestResolvers } from './requests/requestResolvers.ts';
import type { ConsentEvent, EventState } from './tables.ts';

/** The resolvers of `schema.graphql`. */
export function consentResolvers(store: ConsentStore) {
  const requests = requestResolvers(store, store.requestTermMs);
  const accesses = accessResolvers(store);

  async function write(
    context: ConsentContext,
    subject: string,
    caller: CallerClaims,
    details: EventDetails,
  ) {
    const draft = draftEvent(caller, subject, store.policyRevision, details);
    const { result, effectiveInMs } = await changeConsent(
      store,
      subject,
      async (transaction) => await appendEvent(transaction, subject, draft, store.now()),
    );
    forgetRead(context, subject);
    return { recordId: result.recordId, at: result.eventTime.toISOString(), effectiveInMs };
  }

  const aboutPurpose =
    (eventState: EventState) => async (_: unknown, given: unknown, context: ConsentContext) => {
      const { subject, purpose, recipient, validForDays, collectionMethod } = readPurposeInput(given);
      const caller = mayWrite(context.caller, subject, purpose);
      const details = { eventState, purpose, recipient, validityDays: validForDays, collectionMethod };
      return await write(context, subject, caller, details);
    };

  const aboutPerson =
    (eventState: EventState) => async (_: unknown, given: unknown, context: ConsentContext) => {
      const subject = readSubject(given);
      return await write(context, subject, mayWrite(context.caller, subject, null), { eventState });
    };

  return {
    ...requests,
    ...accesses,
    Query: {
      ...requests.Query,
      dataSubject: (_: unknown, given: { id: string }, context: ConsentContext): Subject => {
        mayRead(context.caller, given.id);
        return { id: given.id };
      },
      _consentStates: async (_: unknown, given: unknown, context: ConsentContext) => {
        mayReadStates(context.caller);
        const subjects = readSubjects(given);
        const states = await readStates(store.database, subjects, store.onError);
        return {
          leaseMs: store.lease.at(context.keptAt),
          states: states.map(stated),
        };
      },
    },
    Mutation: {
      ...requests.Mutation,
      grantConsent: aboutPurpose('GIVEN'),
      refuseConsent: aboutPurpose('REFUSED'),
      withdrawConsent: aboutPurpose('WITHDRAWN'),
      objectToPurpose: aboutPurpose('OBJECTED'),
      suspendUse: aboutPerson('SUSPENDED'),
      resumeUse: aboutPerson('RESUMED'),
      recordServiceUse: aboutPerson('SERVICE_USED'),
      eraseConsents: aboutPerson('ERASED'),
      recordAcquisition: async (_: unknown, given: unknown, context: ConsentContext) => {
        const { subject, channel } = readAcquisition(given);
        const details: EventDetails = { eventState: 'ACQUIRED', collectionMethod: channel };
        return await write(context, subject, mayWriteAll(context.caller), details);
      },
    },
    DataSubject: {
      ...requests.DataSubject,
      ...accesses.DataSubject,
      __resolveReference: ({ id }: Subject): Subject => ({ id }),
      suspended: stateField((state) => state.suspended),
      lastServiceUse: stateField((state) => isoOrNull(state.lastServiceUse)),
      collectionMethods: stateField((state) => state.collectionMethods),
      consentRecords: async ({ id }: Subject, _: unknown, context: ConsentContext) => {
        const caller = mayRead(context.caller, id);
        const history = await context.histories.load(id);
        return history.filter((event) => seesPurpose(caller, id, event.purpose)).map(recorded);
      },
    },
  };
}

/** A field of `DataSubject` that concerns all purposes: for the subject, or a client with all rights. */
function stateField<T>(pick: (state: Omit<ConsentState, 'reference'>) => T) {
  return async ({ id }: Subject, _: unknown, context: ConsentContext): Promise<T | null> => {
    const caller = mayRead(context.caller, id);
    if (!seesPurpose(caller, id, null)) return null;
    return pick(deriveState(id, await context.histories.load(id)));
  };
}

/** A state as the consent source protocol writes it. */
function stated(state: ConsentState) {
  return {
    ...state,
    lastServiceUse: isoOrNull(state.lastServiceUse),
    entries: state.entries.map((entry) => ({
      ...entry,
      at: new Date(entry.at).toISOString(),
      expiresAt: isoOrNull(entry.expiresAt),
    })),
  };
}

function recorded(event: ConsentEvent) {
  const [entry] = event.purpose === null ? [] : deriveState(event.piiPrincipalId, [event]).entries;
  return {
    recordId: event.recordId,
    event: event.eventState,
    purpose: event.purpose,
    recipient: event.recipient,
    lawfulBasis: event.lawfulBasis,
    at: event.eventTime.toISOString(),
    expiresAt: isoOrNull(entry?.expiresAt ?? null),
    policyRevision: event.policyRevision,
    collectionMethod: event.collectionMethod ?? UNKNOWN_METHOD,
    client: event.client,
  };
}

function isoOrNull(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
