import { randomUUID } from 'node:crypto';
import { asc, eq, inArray } from 'drizzle-orm';
import type { ConsentDatabase } from './database.ts';
import { consentEvents, subjects as subjectRows } from './tables.ts';
import type { ConsentEvent, EventState } from './tables.ts';

/** What a writer decides of an event; the store adds the record id and the time. */
export interface EventDraft {
  readonly eventState: EventState;
  readonly purpose: string | null;
  readonly recipient: string | null;
  readonly validityDays: number | null;
  readonly policyRevision: string | null;
  readonly collectionMethod: string | null;
  readonly client: string;
  readonly actor: string | null;
}

/** Finds in a subject's history that it says already what is to be added. */
export type AlreadySaid = (history: readonly ConsentEvent[]) => ConsentEvent | null;

/**
 * Adds an event to a subject's history and commits; `now` in ms since the epoch. `alreadySaid` may find that
 * the history says it already, and nothing is added then. Gives the event that says it.
 */
export async function appendEvent(
  database: ConsentDatabase,
  subject: string,
  draft: EventDraft,
  now: number,
  alreadySaid: AlreadySaid = () => null,
): Promise<ConsentEvent> {
  return await database.transaction(
    async (transaction) => await appendWithin(transaction, subject, draft, now, alreadySaid),
  );
}

/** As `appendEvent`, in a transaction of the caller's, with what else is to be true if this is. */
export async function appendWithin(
  transaction: ConsentDatabase,
  subject: string,
  draft: EventDraft,
  now: number,
  alreadySaid: AlreadySaid = () => null,
): Promise<ConsentEvent> {
  await lockSubject(transaction, subject);
  const history = await readHistory(transaction, subject);
  const said = alreadySaid(history);
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
  return event;
}

/** One writer per subject at a time, until the transaction's end: what is written comes in the order of commits. */
export async function lockSubject(transaction: ConsentDatabase, subject: string): Promise<void> {
  await transaction.insert(subjectRows).values({ id: subject }).onConflictDoNothing();
  await transaction.select().from(subjectRows).where(eq(subjectRows.id, subject)).for('update');
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

async function readHistory(database: ConsentDatabase, subject: string): Promise<readonly ConsentEvent[]> {
  return (await readEvents(database, [subject])).get(subject) ?? [];
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
