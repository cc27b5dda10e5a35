import { asc, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { ConsentDatabase } from './database.ts';
import type { StateEvent } from './deriveState.ts';
import { consentEvents, subjects as subjectRows } from './tables.ts';

/** What a subject's state depends on, and what they are called in the access record. */
export interface Person {
  readonly reference: string;
  /** Oldest first, of each kind the latest: `deriveState` makes the same of them as of the whole history. */
  readonly events: StateEvent[];
}

/** Reads those subjects that are on record, however often they have changed their minds. */
export async function readPeople(
  database: ConsentDatabase,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, Person>> {
  const people = new Map<string, Person>();
  if (subjects.length === 0) return people;
  const ids = [...subjects];
  const latest = latestOfEachKind(database, ids);
  // INVARIANT: a subject's events and reference are of one snapshot: one statement reads both.
  // Test: test/subgraphs/consent/references.test.ts, "one statement".
  const rows = await database
    .select({
      id: subjectRows.id,
      reference: subjectRows.reference,
      sequence: latest.sequence,
      purpose: latest.purpose,
      recipient: latest.recipient,
      eventState: latest.eventState,
      eventTime: latest.eventTime,
      validityDuration: latest.validityDuration,
      collectionMethod: latest.collectionMethod,
    })
    .from(subjectRows)
    .leftJoin(latest, eq(latest.piiPrincipalId, subjectRows.id))
    .where(inArray(subjectRows.id, ids))
    .orderBy(asc(latest.sequence));
  for (const { id, reference, sequence: _, eventState, eventTime, ...rest } of rows) {
    const person = people.get(id) ?? { reference, events: [] };
    if (eventState !== null && eventTime !== null) person.events.push({ ...rest, eventState, eventTime });
    people.set(id, person);
  }
  return people;
}

/**
 * Two permissions are of one kind only if both have an end or neither has, since one without an end takes back the
 * denials before it.
 */
function latestOfEachKind(database: ConsentDatabase, ids: string[]) {
  const { piiPrincipalId, eventState, purpose, recipient, validityDuration, collectionMethod } =
    consentEvents;
  const channel = sql`case when ${eventState} = 'ACQUIRED' then ${collectionMethod} end`;
  const kind = [piiPrincipalId, eventState, purpose, recipient, isNull(validityDuration), channel];
  return database
    .selectDistinctOn(kind, {
      piiPrincipalId,
      sequence: consentEvents.sequence,
      purpose,
      recipient,
      eventState,
      eventTime: consentEvents.eventTime,
      validityDuration,
      collectionMethod,
    })
    .from(consentEvents)
    .where(inArray(piiPrincipalId, ids))
    .orderBy(...kind, desc(consentEvents.sequence))
    .as('latest');
}
