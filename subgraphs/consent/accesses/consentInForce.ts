import { covers } from '../../../policies/covers.ts';
import { deriveState } from '../deriveState.ts';
import type { ConsentEvent } from '../tables.ts';

/** What was done with somebody's consent, and when, in ms. */
export interface Use {
  readonly purpose: string | null;
  readonly recipient: string;
  readonly at: number;
}

/**
 * The event by which a subject had given consent to a use, of their history, oldest first: the latest before it that
 * covers its purpose and names its recipient or none, had not expired and was not erased. `null` where there is none.
 */
export function consentInForce(
  history: readonly ConsentEvent[],
  { purpose, recipient, at }: Use,
): ConsentEvent | null {
  if (purpose === null) return null;
  const before = history.filter(({ eventTime }) => eventTime.getTime() <= at);
  const erased = before.findLastIndex(({ eventState }) => eventState === 'ERASED');
  const given = before.slice(erased + 1).findLast((event) => {
    const [entry] = event.eventState === 'GIVEN' ? deriveState('', [event]).entries : [];
    return (
      entry !== undefined &&
      covers(entry.purpose, purpose) &&
      (entry.recipient === null || entry.recipient === recipient) &&
      (entry.expiresAt === null || at < entry.expiresAt)
    );
  });
  return given ?? null;
}
