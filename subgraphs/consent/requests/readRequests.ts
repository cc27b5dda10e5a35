import { and, asc, desc, eq, gt, gte, inArray, lt, notInArray, or } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { ConsentDatabase } from '../database.ts';
import { OPEN_STATES, rightsRequestNotes, rightsRequests, rightsRequestSteps } from './requestTables.ts';
import type { RequestState } from './requestTables.ts';

/** A request with all that was done about it, oldest first. */
export type FullRequest = typeof rightsRequests.$inferSelect & { readonly steps: readonly RequestStep[] };

/** One step, with what was written with it unless that was forgotten. */
export type RequestStep = Omit<typeof rightsRequestSteps.$inferSelect, 'sequence' | 'request'> & {
  readonly note: string | null;
};

/** What to list of all requests: in the order of their deadlines, behind the one named by `after`. */
export interface RequestsAsked {
  readonly state: RequestState | null;
  /** Past their deadline and not closed, or all others; `null`: either. */
  readonly overdue: boolean | null;
  readonly first: number;
  readonly after: string | null;
}

/** A statement takes 65 535 parameters at most. */
const MOST_IDS = 10_000;

/** Whether a request has not been decided by its deadline; `now` in ms since the epoch. */
export function isOverdue({ state, dueAt }: Pick<FullRequest, 'state' | 'dueAt'>, now: number): boolean {
  return OPEN_STATES.includes(state) && dueAt.getTime() < now;
}

/** One request, `null` where there is none of this id. */
export async function readRequest(database: ConsentDatabase, id: string): Promise<FullRequest | null> {
  const rows = await database.select().from(rightsRequests).where(eq(rightsRequests.id, id));
  return (await withSteps(database, rows))[0] ?? null;
}

/** Subjects' requests, each one's latest first. Every subject is in the answer. */
export async function readRequestsOf(
  database: ConsentDatabase,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, readonly FullRequest[]>> {
  const found = new Map<string, FullRequest[]>(subjects.map((subject) => [subject, []]));
  const rows = await database
    .select()
    .from(rightsRequests)
    .where(inArray(rightsRequests.subject, [...found.keys()]))
    .orderBy(desc(rightsRequests.receivedAt), desc(rightsRequests.id));
  for (const request of await withSteps(database, rows)) found.get(request.subject)?.push(request);
  return found;
}

/** Requests of all subjects; `null` where `after` names none. */
export async function listRequests(
  database: ConsentDatabase,
  { state, overdue, first, after }: RequestsAsked,
  now: number,
): Promise<readonly FullRequest[] | null> {
  const conditions: (SQL | undefined)[] = [];
  if (state !== null) conditions.push(eq(rightsRequests.state, state));
  if (overdue !== null) conditions.push(overdue ? isLate(now) : isInTime(now));
  if (after !== null) {
    const [last] = await database.select().from(rightsRequests).where(eq(rightsRequests.id, after));
    if (last === undefined) return null;
    conditions.push(
      or(
        gt(rightsRequests.dueAt, last.dueAt),
        and(eq(rightsRequests.dueAt, last.dueAt), gt(rightsRequests.id, last.id)),
      ),
    );
  }
  const rows = await database
    .select()
    .from(rightsRequests)
    .where(and(...conditions))
    .orderBy(asc(rightsRequests.dueAt), asc(rightsRequests.id))
    .limit(first);
  return await withSteps(database, rows);
}

function isLate(now: number): SQL | undefined {
  return and(inArray(rightsRequests.state, [...OPEN_STATES]), lt(rightsRequests.dueAt, new Date(now)));
}

function isInTime(now: number): SQL | undefined {
  return or(notInArray(rightsRequests.state, [...OPEN_STATES]), gte(rightsRequests.dueAt, new Date(now)));
}

async function withSteps(
  database: ConsentDatabase,
  requests: readonly (typeof rightsRequests.$inferSelect)[],
): Promise<readonly FullRequest[]> {
  const steps = new Map<string, RequestStep[]>(requests.map(({ id }) => [id, []]));
  const ids = [...steps.keys()];
  for (let start = 0; start < ids.length; start += MOST_IDS) {
    const rows = await database
      .select()
      .from(rightsRequestSteps)
      .leftJoin(rightsRequestNotes, eq(rightsRequestNotes.step, rightsRequestSteps.recordId))
      .where(inArray(rightsRequestSteps.request, ids.slice(start, start + MOST_IDS)))
      .orderBy(asc(rightsRequestSteps.sequence));
    for (const { rights_request_steps: step, rights_request_notes: written } of rows) {
      const { recordId, state, at, client, actor } = step;
      steps.get(step.request)?.push({ recordId, state, at, client, actor, note: written?.note ?? null });
    }
  }
  return requests.map((request) => ({ ...request, steps: steps.get(request.id) ?? [] }));
}
