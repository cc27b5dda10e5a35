import { covers } from '../../policies/covers.ts';
import type { EventDraft } from './eventDraft.ts';
import type { ConsentEvent } from './tables.ts';

/**
 * The event of a subject's history, oldest first, that says what `draft` would say again; `null` where writing it
 * would add anything. An event that an erasure lies behind is never said, so that what was forgotten can be said anew.
 *
 * - A decision: the latest word on its purpose and recipient, with the same details and no end, unless there is a
 *   later word on anything that it touches. Decisions weigh by their times across purposes and recipients: after
 *   GIVEN for one recipient and REFUSED for all, GIVEN for the one says something again.
 * - A suspension or its end: the latest of the two, with the same details.
 * - Use of the service: one under the same revision, since it counts: since it came into force, and was notified where
 *   that is needed.
 * - An acquisition or an erasure is a fact of its own each time.
 *
 * INVARIANT: leaving out what is said already changes no decision, now or after whatever is said next.
 * Test: test/subgraphs/consent/alreadySaid.test.ts.
 */
export function alreadySaid(history: readonly ConsentEvent[], draft: EventDraft): ConsentEvent | null {
  const erased = history.findLastIndex((event) => event.eventState === 'ERASED');
  const since = history.slice(erased + 1);
  switch (draft.eventState) {
    case 'GIVEN':
    case 'REFUSED':
    case 'WITHDRAWN':
    case 'OBJECTED':
      return ifSame(
        since.findLast((event) => touches(event, draft)),
        draft,
      );
    case 'SUSPENDED':
    case 'RESUMED':
      return ifSame(since.findLast(isSuspension), draft);
    case 'SERVICE_USED':
      return since.findLast((event) => isUseUnder(event, draft)) ?? null;
    case 'ACQUIRED':
    case 'ERASED':
      return null;
  }
}

/** Whether two decisions can bear on one use: each speaks for what lies below its purpose, and for its recipient or any. */
function touches(event: ConsentEvent, draft: EventDraft): boolean {
  if (event.purpose === null || draft.purpose === null || !isRelated(event.purpose, draft.purpose))
    return false;
  return event.recipient === null || draft.recipient === null || isRelated(event.recipient, draft.recipient);
}

function isRelated(a: string, b: string): boolean {
  return covers(a, b) || covers(b, a);
}

function isSuspension({ eventState }: ConsentEvent): boolean {
  return eventState === 'SUSPENDED' || eventState === 'RESUMED';
}

function ifSame(event: ConsentEvent | undefined, draft: EventDraft): ConsentEvent | null {
  const isSame =
    event?.eventState === draft.eventState &&
    event.purpose === draft.purpose &&
    event.recipient === draft.recipient &&
    event.validityDuration === null &&
    draft.validityDays === null &&
    event.policyRevision === draft.policyRevision &&
    event.collectionMethod === draft.collectionMethod &&
    event.client === draft.client &&
    event.actor === draft.actor;
  return isSame ? event : null;
}

/**
 * Without a revision each use counts. Revisions are named by the day they come into force: a use before that, by a
 * clock that is behind the gateway's, accepts nothing yet (row 15), so the next one must count.
 */
function isUseUnder(event: ConsentEvent, { policyRevision, useCountsFrom = -Infinity }: EventDraft): boolean {
  if (event.eventState !== 'SERVICE_USED' || policyRevision === null) return false;
  if (event.policyRevision !== policyRevision) return false;
  const at = event.eventTime.getTime();
  return !(at < Date.parse(policyRevision) || at < useCountsFrom);
}
