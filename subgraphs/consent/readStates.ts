import { asc, eq, inArray, sql } from 'drizzle-orm';
import type { ConsentState } from '../../policies/consent/state.ts';
import type { ConsentDatabase } from './database.ts';
import { deriveState } from './deriveState.ts';
import { isSubjectId } from './input.ts';
import { consentEvents, subjects as subjectRows } from './tables.ts';
import type { ConsentEvent } from './tables.ts';

/** Giving people references is not worth more of a read's time than this. */
const REFERENCES_MS = 500;
/** For who else is just putting the same person on record; less than `REFERENCES_MS`, so that no connection waits on. */
const LOCK_MS = 200;

/**
 * The states of subjects, in their order, by one statement: one snapshot, and one round trip where everybody is on
 * record. Who is not is put there with a reference; where that fails or takes long, `onError` is told, and their
 * reference is `null` for this time.
 */
export async function readStates(
  database: ConsentDatabase,
  subjects: readonly string[],
  onError: (error: unknown) => void,
): Promise<readonly ConsentState[]> {
  // What no id of a record can be need not be asked for: PostgreSQL refuses text with a zero character.
  const possible = [...new Set(subjects)].filter(isSubjectId);
  const people = await readPeople(database, possible);
  const unknown = possible.filter((subject) => !people.has(subject));
  const given = unknown.length === 0 ? new Map() : await inTime(giveReferences(database, unknown), onError);
  return subjects.map((subject) => {
    const { events = [], reference = given.get(subject) ?? null } = people.get(subject) ?? {};
    return { ...deriveState(subject, events), reference };
  });
}

interface Person {
  readonly reference: string;
  readonly events: ConsentEvent[];
}

async function readPeople(
  database: ConsentDatabase,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, Person>> {
  const people = new Map<string, Person>();
  if (subjects.length === 0) return people;
  // INVARIANT: a subject's events and reference are of one snapshot: one statement reads both.
  // Test: test/subgraphs/consent/references.test.ts, "one statement".
  const rows = await database
    .select({ id: subjectRows.id, reference: subjectRows.reference, event: consentEvents })
    .from(subjectRows)
    .leftJoin(consentEvents, eq(consentEvents.piiPrincipalId, subjectRows.id))
    .where(inArray(subjectRows.id, [...subjects]))
    .orderBy(asc(consentEvents.sequence));
  for (const { id, reference, event } of rows) {
    const person = people.get(id) ?? { reference, events: [] };
    if (event !== null) person.events.push(event);
    people.set(id, person);
  }
  return people;
}

/** Puts subjects on record, in one statement that waits for nobody long. */
async function giveReferences(
  database: ConsentDatabase,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  // In order, so that two of these cannot wait for each other.
  const ids = sql.join(
    subjects.toSorted().map((subject) => sql`(${subject})`),
    sql`, `,
  );
  await database.execute(sql`
    with impatient as materialized (select set_config('lock_timeout', ${String(LOCK_MS)}, true))
    insert into ${subjectRows} (id)
    select listed.id from impatient, (values ${ids}) as listed (id)
    on conflict do nothing`);
  // Also those that somebody else has put there meanwhile.
  const rows = await database
    .select({ id: subjectRows.id, reference: subjectRows.reference })
    .from(subjectRows)
    .where(inArray(subjectRows.id, [...subjects]));
  return new Map(rows.map(({ id, reference }) => [id, reference]));
}

async function inTime(
  work: Promise<ReadonlyMap<string, string>>,
  onError: (error: unknown) => void,
): Promise<ReadonlyMap<string, string>> {
  const none = new Map<string, string>();
  const late = AbortSignal.timeout(REFERENCES_MS);
  const tooLate = new Promise<ReadonlyMap<string, string>>((resolve) => {
    late.addEventListener('abort', () => resolve(none), { once: true });
  });
  const done = work.catch((error: unknown) => {
    onError(error);
    return none;
  });
  return await Promise.race([done, tooLate]);
}
