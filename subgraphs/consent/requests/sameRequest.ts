import { hash } from 'node:crypto';
import { and, count, desc, eq, inArray, isNull } from 'drizzle-orm';
import type { ConsentTransaction } from '../database.ts';
import { OPEN_STATES, rightsRequestNotes, rightsRequests, rightsRequestSteps } from './requestTables.ts';
import type { RequestKind } from './requestTables.ts';

/** What makes two requests the same one. */
interface Sameness {
  readonly subject: string;
  readonly kind: RequestKind;
  readonly client: string;
  readonly key: string | null;
  readonly note: string | null;
}

/**
 * The id of the request that `draft` would put on record again, `null` where there is none. One with a key is the same
 * by its key, also once it is closed. One without is the same as the latest that is open, reads the same, and whose
 * note was not forgotten: nobody can tell what that one was about.
 */
export async function sameRequest(transaction: ConsentTransaction, draft: Sameness): Promise<string | null> {
  const { subject, kind, client } = draft;
  const { id, state, receivedAt, forgotten } = rightsRequests;
  const ofThis = and(eq(rightsRequests.subject, subject), eq(rightsRequests.kind, kind));
  const key = keyDigest(draft);
  // A row keeps its key, also none: a request with a key that comes once more must find its own.
  if (key !== null) {
    const [row] = await transaction
      .select({ id })
      .from(rightsRequests)
      .where(and(ofThis, eq(rightsRequests.client, client), eq(rightsRequests.key, key)));
    return row?.id ?? null;
  }
  const { note, step } = rightsRequestNotes;
  const [row] = await transaction
    .select({ id })
    .from(rightsRequests)
    .innerJoin(
      rightsRequestSteps,
      and(eq(rightsRequestSteps.request, id), eq(rightsRequestSteps.state, 'RECEIVED')),
    )
    .leftJoin(rightsRequestNotes, eq(step, rightsRequestSteps.recordId))
    .where(
      and(
        ofThis,
        inArray(state, [...OPEN_STATES]),
        eq(forgotten, false),
        draft.note === null ? isNull(step) : eq(note, draft.note),
      ),
    )
    .orderBy(desc(receivedAt), desc(id))
    .limit(1);
  return row?.id ?? null;
}

/** How many requests of a subject are open. */
export async function countOpen(transaction: ConsentTransaction, subject: string): Promise<number> {
  const { state } = rightsRequests;
  const [row] = await transaction
    .select({ open: count() })
    .from(rightsRequests)
    .where(and(eq(rightsRequests.subject, subject), inArray(state, [...OPEN_STATES])));
  return row?.open ?? 0;
}

/** What is kept of a client's key: its SHA-256 together with whose request it names, so that no two can be linked by it. */
export function keyDigest({ subject, kind, client, key }: Omit<Sameness, 'note'>): string | null {
  return key === null ? null : hash('sha256', JSON.stringify([subject, kind, client, key]));
}
