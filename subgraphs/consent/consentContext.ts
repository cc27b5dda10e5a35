import DataLoader from 'dataloader';
import type { CallerClaims } from '../../policies/consent/callerToken.ts';
import type { ConsentDatabase } from './database.ts';
import { readEvents } from './events.ts';
import type { ConsentEvent } from './tables.ts';

/** Of one request. */
export interface ConsentContext {
  readonly caller: CallerClaims | null;
  readonly histories: DataLoader<string, readonly ConsentEvent[]>;
}

/** What resolvers of `DataSubject` are given. */
export interface Subject {
  readonly id: string;
}

/** A request's context: who calls, and one read of the store for all subjects that it is about. */
export function consentContext(
  { database }: { readonly database: ConsentDatabase },
  caller: CallerClaims | null,
): ConsentContext {
  return {
    caller,
    histories: new DataLoader(async (subjects: readonly string[]) => {
      const events = await readEvents(database, subjects);
      return subjects.map((subject) => events.get(subject) ?? []);
    }),
  };
}
