import { randomUUID } from 'node:crypto';
import { asc, eq, inArray, sql } from 'drizzle-orm';
import { alreadySaid } from './alreadySaid.ts';
import type { ConsentDatabase, ConsentTransaction } from './database.ts';
import type { EventDraft } from './eventDraft.ts';
import { forgetNotes } from './requests/forgetNotes.ts';
import { consentEvents, subjects as subjectRows } from './tables.ts';
import type { ConsentEvent, EventState } from './tables.ts';

/**
 * Lets the writers of one subject in one after the other, until the transaction's end. The subject is on record from
 * then on.
 */
export async function lockSubject(transaction: ConsentTransaction, subject: string): Promise<void> {
  await transaction.insert(subjectRows).values({ id: subject }).onConflictDoNothing();
  // INVARIANT: a subject's events are in the order of their commits, each decided with all before it in view.
  // Test: test/subgraphs/consent/events.test.ts, "one after the other".
  await transaction.select().from(subjectRows).where(eq(subjectRows.id, subject)).for('update');
}

/**
 * Adds an event to a subject's history within a transaction; `now` in ms since the epoch. Where the history says it
 * already, nothing is added (`alreadySaid`). Gives the event that says it.
 */
export async function appendEvent(
  transaction: ConsentTransaction,
  subject: string,
  draft: EventDraft,
  now: number,
): Promise<ConsentEvent> {
  await lockSubject(transaction, subject);
  const history = (await readEvents(transaction, [subject])).get(subject) ?? [];
  const said = alreadySaid(history, draft);
  if (said !== null) return said;
  // Decisions compare times, so two events of a subject never share one, even if the clock steps back.
  const latest = history.at(-1)?.eventTime.getTime() ?? 0;
  const [event] = await transaction
    .insert(consentEvents)
    .values({
      recordId: randomUUID(),
      piiPrincipalId: subject,
      purpose: draft.purpose,
      recipient: draft.recipient,
      lawfulBasis: lawfulBasis(draft.eventState),
      eventState: draft.eventState,
      eventTime: new Date(Math.max(now, latest + 1)),
      validityDuration: draft.validityDays === null ? null : `P${draft.validityDays}D`,
      policyRevision: draft.policyRevision,
      collectionMethod: draft.collectionMethod,
      client: draft.client,
      actor: draft.actor,
    })
    .returning();
  if (event === undefined) throw new Error('The consent store returned no row for an insert.');
  if (draft.eventState === 'ERASED') {
    await forgetReference(transaction, subject);
    await forgetNotes(transaction, subject);
  }
  return event;
}

/**
 * INVARIANT: after an erasure nothing links the lines of the access record before it to anybody.
 * Test: test/subgraphs/consent/references.test.ts, "erasure".
 */
async function forgetReference(transaction: ConsentTransaction, subject: string): Promise<void> {
  await transaction
    .update(subjectRows)
    .set({ reference: sql`default` })
    .where(eq(subjectRows.id, subject));
}

/** The events of subjects, each subject's oldest first, in one snapshot. Every subject is in the answer. */
export async function readEvents(
  database: ConsentDatabase,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, readonly ConsentEvent[]>> {
  const histories = new Map<string, ConsentEvent[]>(subjects.map((subject) => [subject, []]));
  if (subjects.length === 0) return histories;
  const rows = await database
    .select()
    .from(consentEvents)
    .where(inArray(consentEvents.piiPrincipalId, [...histories.keys()]))
    .orderBy(asc(consentEvents.sequence));
  for (const row of rows) histories.get(row.piiPrincipalId)?.push(row);
  return histories;
}

/** ISO/IEC TS 27560 asks for it: permission rests on consent, objecting is against a use that was notified. */
const LAWFUL_BASIS: Readonly<Record<EventState, string | null>> = {
  GIVEN: 'consent',
  REFUSED: 'consent',
  WITHDRAWN: 'consent',
  OBJECTED: 'notified',
  SUSPENDED: null,
  RESUMED: null,
  SERVICE_USED: null,
  ACQUIRED: null,
  ERASED: null,
};

/** The lawful basis that goes on record with an event; `null` where it is not about a purpose. */
export function lawfulBasis(state: EventState): string | null {
  return LAWFUL_BASIS[state];
}
