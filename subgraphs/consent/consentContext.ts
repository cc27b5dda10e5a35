import DataLoader from 'dataloader';
import type { CallerClaims } from '../../policies/consent/callerToken.ts';
import type { ConsentDatabase } from './database.ts';
import { readEvents } from './events.ts';
import { readRequestsOf } from './requests/readRequests.ts';
import type { FullRequest } from './requests/readRequests.ts';
import type { ConsentEvent } from './tables.ts';

/** Of one request. */
export interface ConsentContext {
  readonly caller: CallerClaims | null;
  /** Where the gateway keeps what it is told: `ConsentCache.place`. */
  readonly keptAt: string | null;
  readonly histories: DataLoader<string, readonly ConsentEvent[]>;
  readonly requests: DataLoader<string, readonly FullRequest[]>;
  /** Connections of the access record that were asked for so far, each of which costs a query of its own. */
  readonly connections: { asked: number };
}

/** What resolvers of `DataSubject` are given. */
export interface Subject {
  readonly id: string;
}

/** A request's context: who calls, and one read of each kind for all subjects that it is about. */
export function consentContext(
  { database }: { readonly database: ConsentDatabase },
  { caller, keptAt }: Pick<ConsentContext, 'caller' | 'keptAt'>,
): ConsentContext {
  return {
    caller,
    keptAt,
    histories: new DataLoader(async (subjects: readonly string[]) => {
      const events = await readEvents(database, subjects);
      return subjects.map((subject) => events.get(subject) ?? []);
    }),
    requests: new DataLoader(async (subjects: readonly string[]) => {
      const requests = await readRequestsOf(database, subjects);
      return subjects.map((subject) => requests.get(subject) ?? []);
    }),
    connections: { asked: 0 },
  };
}

/** Has what comes later in the same operation be answered from what is on record about a subject by then. */
export function forgetRead(context: ConsentContext, subject: string): void {
  context.histories.clear(subject);
  context.requests.clear(subject);
}
