import type { ConsentStore } from './consentStore.ts';
import type { ConsentTransaction } from './database.ts';

/** What came of a change, and in how many ms no request shows anything by the state before it. */
export interface Changed<T> {
  readonly result: T;
  readonly effectiveInMs: number;
}

/**
 * ε of DESIGN §7, in ms: how far Redis's clock may step back. An entry that no deletion reaches ends when that clock
 * shows its time of reading plus the lease, which is so much later if the clock is set back meanwhile.
 */
export const CLOCK_STEP_MS = 1_000;

/**
 * Does `work` on one subject's consent in a transaction of its own and commits, then takes back what gateways keep of
 * it: also where nothing changed, since a first attempt may have committed and gone no further. Throws what `work`
 * and the database throw; the change may then have been committed all the same.
 */
export async function changeConsent<T>(
  { database, outbox, leaseMs, lease }: Pick<ConsentStore, 'database' | 'outbox' | 'leaseMs' | 'lease'>,
  subject: string,
  work: (transaction: ConsentTransaction) => Promise<T>,
): Promise<Changed<T>> {
  if (outbox === null) return { result: await database.transaction(work), effectiveInMs: 0 };
  let committed;
  try {
    committed = await database.transaction(async (transaction) => ({
      result: await work(transaction),
      // INVARIANT: no commit without what sees to its deletion, though this process may end right after it.
      // Test: test/subgraphs/consent/outboxFaults.test.ts, "ends between".
      row: await outbox.add(transaction, subject),
    }));
  } catch (error) {
    // INVARIANT: what may have been committed is taken back as well.
    // Test: test/subgraphs/consent/outboxFaults.test.ts, "answer is lost".
    await outbox.send(subject, null);
    throw error;
  }
  // INVARIANT: 0 is promised only after one standalone Redis has acknowledged, or where nothing is kept.
  // Test: test/subgraphs/consent/effectiveIn.test.ts.
  const effective = (await outbox.send(subject, committed.row)) === 'effective' && !lease.isKeptElsewhere();
  return { result: committed.result, effectiveInMs: effective ? 0 : leaseMs + CLOCK_STEP_MS };
}
