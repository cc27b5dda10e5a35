import { inArray, sql } from 'drizzle-orm';
import type { ConsentState } from '../../policies/consent/state.ts';
import type { ConsentDatabase } from './database.ts';
import { deriveState } from './deriveState.ts';
import { isSubjectId } from './input.ts';
import { readPeople } from './readPeople.ts';
import { subjects as subjectRows } from './tables.ts';

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
