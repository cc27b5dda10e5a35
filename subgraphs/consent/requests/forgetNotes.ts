import { and, eq, inArray } from 'drizzle-orm';
import type { ConsentTransaction } from '../database.ts';
import { rightsRequestNotes, rightsRequests, rightsRequestSteps } from './requestTables.ts';

/**
 * Removes what was written with a person's requests so far; that they asked, and what came of it, stays. Whether a
 * request had a note is not known from then on, so each is marked.
 */
export async function forgetNotes(transaction: ConsentTransaction, subject: string): Promise<void> {
  const steps = transaction
    .select({ id: rightsRequestSteps.recordId })
    .from(rightsRequestSteps)
    .innerJoin(rightsRequests, eq(rightsRequests.id, rightsRequestSteps.request))
    .where(eq(rightsRequests.subject, subject));
  await transaction.delete(rightsRequestNotes).where(inArray(rightsRequestNotes.step, steps));
  await transaction
    .update(rightsRequests)
    .set({ forgotten: true })
    .where(and(eq(rightsRequests.subject, subject), eq(rightsRequests.forgotten, false)));
}
