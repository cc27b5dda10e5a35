import type { CallerClaims } from '../../policies/consent/callerToken.ts';
import type { EventState } from './tables.ts';

/** What a writer decides of an event; the store adds the record id and the time. */
export interface EventDraft {
  readonly eventState: EventState;
  readonly purpose: string | null;
  readonly recipient: string | null;
  readonly validityDays: number | null;
  readonly policyRevision: string | null;
  readonly collectionMethod: string;
  readonly client: string;
  readonly actor: string | null;
  /** Of a use of the service: what lies before, in ms since the epoch, does not say the same. */
  readonly useCountsFrom?: number | undefined;
}

/** What is said of an event beyond who says it; what is left out is not said. */
export interface EventDetails {
  readonly eventState: EventState;
  readonly purpose?: string | null;
  readonly recipient?: string | null;
  readonly validityDays?: number | null;
  readonly collectionMethod?: string | null;
}

/** A collection method for records from before each of them had one. */
export const UNKNOWN_METHOD = 'unknown';

/**
 * An event that `caller` writes about `subject`. The policy revision is the one in force at the gateway, else
 * `policyRevision`. Article 3: how it was collected is always on record, by default in the policy's words:
 *
 * - `access` for the use of the service;
 * - `website` for what the verified end user says about themselves;
 * - `correspondence` for what a client writes for somebody.
 */
export function draftEvent(
  caller: CallerClaims,
  subject: string,
  policyRevision: string | null,
  details: EventDetails,
): EventDraft {
  const { eventState, purpose, recipient, validityDays, collectionMethod } = details;
  return {
    eventState,
    purpose: purpose ?? null,
    recipient: recipient ?? null,
    validityDays: validityDays ?? null,
    policyRevision: caller.policyRevision ?? policyRevision,
    collectionMethod: collectionMethod ?? defaultMethod(caller, subject, eventState),
    client: caller.client,
    actor: caller.actor ?? caller.endUser,
    useCountsFrom: caller.useCountsFrom,
  };
}

function defaultMethod(caller: CallerClaims, subject: string, eventState: EventState): string {
  if (eventState === 'SERVICE_USED') return 'access';
  return caller.endUser === subject ? 'website' : 'correspondence';
}
