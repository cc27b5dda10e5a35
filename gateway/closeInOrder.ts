import { inTime } from './inTime.ts';
import type { Log } from './log.ts';

/** Something that is closed when a gateway stops, and how long that is waited for, in ms. */
export interface Part {
  readonly what: string;
  readonly ms: number;
  readonly close: () => Promise<unknown>;
}

/**
 * Closes each part after the one before it, also where that one hangs or fails: the record, which comes last, is kept
 * whatever an embedder's own parts do. What failed is logged by its kind.
 *
 * @throws what the first that failed threw, once all are closed.
 */
export async function closeInOrder(parts: readonly Part[], log: Log): Promise<void> {
  const errors: unknown[] = [];
  for (const { what, ms, close } of parts) {
    try {
      // Somebody's `close` may throw before it has a promise to give.
      const work = async (): Promise<unknown> => await close();
      await inTime(ms, work, () => log.info('not waited for any longer while stopping', { what }));
    } catch (error) {
      log.failure('could not be closed', error, { what });
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
