import DataLoader from 'dataloader';
import type { CallerClaims } from '../../policies/consent/callerToken.ts';
import type { ConsentCache } from '../../policies/consent/cache.ts';
import type { ConsentState } from '../../policies/consent/state.ts';
import type { ConsentDatabase } from './database.ts';
import { deriveState } from './deriveState.ts';
import { appendEvent, readEvents } from './events.ts';
import type { EventDraft } from './events.ts';
import { mayRead, mayReadStates, mayWrite, mayWriteAll, seesPurpose } from './guard.ts';
import { readAcquisition, readPurposeInput, readSubject, readSubjects } from './input.ts';
import type { ConsentEvent, EventState } from './tables.ts';

/** What the resolvers work with. `cache`: `null` where the gateways have none. */
export interface ConsentStore {
  readonly database: ConsentDatabase;
  readonly cache: ConsentCache | null;
  /** The policy revision in force, put on record with each event. */
  readonly policyRevision: string | null;
  /** How long a gateway may keep a state that no writer has taken back, in ms. */
  readonly leaseMs: number;
  readonly now: () => number;
}

/** Of one request. */
export interface ConsentContext {
  readonly caller: CallerClaims | null;
  readonly histories: DataLoader<string, readonly ConsentEvent[]>;
}

/** How far Redis's clock may step back (DESIGN §7, ε). */
const CLOCK_STEP_MS = 1_000;

interface Subject {
  readonly id: string;
}

/** A request's context: who calls, and one read of the store for all subjects that it is about. */
export function consentContext(store: ConsentStore, caller: CallerClaims | null): ConsentContext {
  return {
    caller,
    histories: new DataLoader(async (subjects: readonly string[]) => {
      const events = await readEvents(store.database, subjects);
      return subjects.map((subject) => events.get(subject) ?? []);
    }),
  };
}

/** The resolvers of `schema.graphql`. */
export function consentResolvers(store: ConsentStore) {
  /** Writes, then takes back what gateways keep; also where nothing changed, since a retry may find that. */
  async function write(
    subject: string,
    caller: CallerClaims,
    eventState: EventState,
    details: Partial<EventDraft> = {},
  ) {
    const draft: EventDraft = {
      eventState,
      purpose: null,
      recipient: null,
      validityDays: null,
      policyRevision: store.policyRevision,
      collectionMethod: null,
      client: caller.client,
      actor: caller.actor ?? caller.endUser,
      ...details,
    };
    const event = await appendEvent(store.database, subject, draft, store.now(), (history) =>
      eventState === 'SERVICE_USED' ? recordedUse(history, store.policyRevision) : null,
    );
    // INVARIANT: 0 is promised only after one standalone Redis has acknowledged, or where nothing is kept.
    // Test: test/subgraphs/consent/effectiveIn.test.ts.
    const effective = store.cache === null || (await store.cache.invalidate([subject]));
    return {
      recordId: event.recordId,
      at: event.eventTime.toISOString(),
      effectiveInMs: effective ? 0 : store.leaseMs + CLOCK_STEP_MS,
    };
  }

  const aboutPurpose =
    (eventState: EventState) => async (_: unknown, given: unknown, context: ConsentContext) => {
      const { subject, purpose, recipient, validForDays, collectionMethod } = readPurposeInput(given);
      const caller = mayWrite(context.caller, subject, purpose);
      const details = { purpose, recipient, validityDays: validForDays, collectionMethod };
      return await write(subject, caller, eventState, details);
    };

  const aboutPerson =
    (eventState: EventState) => async (_: unknown, given: unknown, context: ConsentContext) => {
      const subject = readSubject(given);
      return await write(subject, mayWrite(context.caller, subject, null), eventState);
    };

  return {
    Query: {
      dataSubject: (_: unknown, given: { id: string }, context: ConsentContext): Subject => {
        mayRead(context.caller, given.id);
        return { id: given.id };
      },
      _consentStates: async (_: unknown, given: unknown, context: ConsentContext) => {
        mayReadStates(context.caller);
        const subjects = readSubjects(given);
        const histories = await readEvents(store.database, subjects);
        return {
          // Where no writer takes states back, nobody may keep them.
          leaseMs: store.cache === null ? 0 : store.leaseMs,
          states: subjects.map((subject) => stated(subject, histories.get(subject) ?? [])),
        };
      },
    },
    Mutation: {
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
        return await write(subject, mayWriteAll(context.caller), 'ACQUIRED', { collectionMethod: channel });
      },
    },
    DataSubject: {
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

/** The use of the service that already stands for this revision, if any. Without one each use counts. */
function recordedUse(history: readonly ConsentEvent[], revision: string | null): ConsentEvent | null {
  if (revision === null) return null;
  const erased = history.findLastIndex((event) => event.eventState === 'ERASED');
  const since = history.slice(erased + 1);
  const used = (event: ConsentEvent): boolean =>
    event.eventState === 'SERVICE_USED' && event.policyRevision === revision;
  return since.findLast(used) ?? null;
}

/** A state as the consent source protocol writes it. */
function stated(subject: string, history: readonly ConsentEvent[]) {
  const state = deriveState(subject, history);
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
    collectionMethod: event.collectionMethod,
    client: event.client,
  };
}

function isoOrNull(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
