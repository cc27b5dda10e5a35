import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { GraphQLError } from 'graphql';
import type { ConsentTransaction } from '../database.ts';
import { lockSubject } from '../events.ts';
import { readRequest } from './readRequests.ts';
import type { FullRequest } from './readRequests.ts';
import { rightsRequestNotes, rightsRequests, rightsRequestSteps } from './requestTables.ts';
import type { RequestKind, RequestState } from './requestTables.ts';
import { countOpen, keyDigest, sameRequest } from './sameRequest.ts';
import type { EventState } from '../tables.ts';

/** Who does something, for the record. */
export interface Doer {
  readonly client: string;
  /** The end user's subject id or the client's operator; `null`: the client itself. */
  readonly actor: string | null;
}

/** A request as it comes in. */
export interface RequestDraft extends Doer {
  readonly subject: string;
  readonly kind: RequestKind;
  readonly note: string | null;
  /** What the client calls it; `null`: nothing. */
  readonly key: string | null;
  /** How long the answer may take, in ms. */
  readonly termMs: number;
}

/** A step to be taken. `subject` must be the request's own: a slip in one of the two then erases nobody. */
export interface StepDraft extends Doer {
  readonly subject: string;
  readonly id: string;
  readonly state: Exclude<RequestState, 'RECEIVED'>;
  readonly note: string | null;
}

/**
 * What came of a step. `taken`: `recordId` is on record for it, now or since the same was asked before.
 * `conflict`: nothing was done; the request stands elsewhere, or (`null`) there is none such of this subject.
 */
export type StepOutcome =
  | { readonly kind: 'taken'; readonly recordId: string; readonly request: FullRequest }
  | { readonly kind: 'conflict'; readonly request: FullRequest | null };

/** Adds the consent event that fulfilling a request comes to. */
export type Effect = (eventState: EventState) => Promise<unknown>;

/** Who takes a request up decides it: nothing is fulfilled or refused that nobody has taken up. */
const NEXT: Readonly<Record<RequestState, readonly RequestState[]>> = {
  RECEIVED: ['IN_PROGRESS', 'CANCELLED'],
  IN_PROGRESS: ['FULFILLED', 'REFUSED', 'CANCELLED'],
  FULFILLED: [],
  REFUSED: [],
  CANCELLED: [],
};

/** Disclosure and revision are done elsewhere; the note says what. */
const EFFECTS: Readonly<Record<RequestKind, EventState | null>> = {
  DISCLOSURE: null,
  REVISION: null,
  DELETION: 'ERASED',
  SUSPENSION: 'SUSPENDED',
};

/** Of one person: more than anybody needs, and what everybody's may come to has a bound. */
const MOST_OPEN = 100;

/**
 * Puts a request on record, within a transaction; `now` in ms since the epoch. The same again gives the one that is
 * there (`sameRequest`). Throws `TOO_MANY_OPEN_REQUESTS`.
 */
export async function submitRequest(
  transaction: ConsentTransaction,
  draft: RequestDraft,
  now: number,
): Promise<FullRequest> {
  await lockSubject(transaction, draft.subject);
  const said = await sameRequest(transaction, draft);
  if (said !== null) return await existing(transaction, said);
  if ((await countOpen(transaction, draft.subject)) >= MOST_OPEN) {
    throw new GraphQLError(`There may be ${MOST_OPEN} open requests of one person. Cancel or decide some.`, {
      extensions: { code: 'TOO_MANY_OPEN_REQUESTS' },
    });
  }
  const id = randomUUID();
  const { subject, kind, client } = draft;
  const key = keyDigest(draft);
  const [receivedAt, dueAt] = [new Date(now), new Date(now + draft.termMs)];
  await transaction
    .insert(rightsRequests)
    .values({ id, subject, kind, state: 'RECEIVED', receivedAt, dueAt, client, key });
  await addStep(transaction, { ...draft, id, state: 'RECEIVED' }, now);
  return await existing(transaction, id);
}

/**
 * Takes a request one step on, with its effect, within a transaction. Steps of one subject come one after the other,
 * so that of two who decide at once one is told of the other's decision.
 */
export async function takeStep(
  transaction: ConsentTransaction,
  draft: StepDraft,
  now: number,
  effect: Effect,
): Promise<StepOutcome> {
  await lockSubject(transaction, draft.subject);
  const request = await readRequest(transaction, draft.id);
  if (request?.subject !== draft.subject) return { kind: 'conflict', request: null };
  const latest = request.steps.at(-1);
  if (latest !== undefined && isRepeated(latest, draft)) {
    return { kind: 'taken', recordId: latest.recordId, request };
  }
  // INVARIANT: a request that is closed stays as it was decided, and has its effect once.
  // Test: test/subgraphs/consent/requests/requests.test.ts, "steps".
  if (!NEXT[request.state].includes(draft.state)) return { kind: 'conflict', request };
  const event = draft.state === 'FULFILLED' ? EFFECTS[request.kind] : null;
  // Before the step, whose note says what was erased and stays.
  if (event !== null) await effect(event);
  const recordId = await addStep(transaction, draft, now);
  await transaction.update(rightsRequests).set({ state: draft.state }).where(eq(rightsRequests.id, draft.id));
  return { kind: 'taken', recordId, request: await existing(transaction, draft.id) };
}

/** Without an actor nobody can tell a second attempt from another person of the same client. */
function isRepeated(latest: FullRequest['steps'][number], draft: StepDraft): boolean {
  const { state, client, actor, note } = draft;
  return (
    actor !== null &&
    latest.state === state &&
    latest.client === client &&
    latest.actor === actor &&
    latest.note === note
  );
}

async function addStep(
  transaction: ConsentTransaction,
  { id, state, client, actor, note }: Omit<StepDraft, 'state' | 'subject'> & { readonly state: RequestState },
  now: number,
): Promise<string> {
  const recordId = randomUUID();
  const at = new Date(now);
  await transaction.insert(rightsRequestSteps).values({ recordId, request: id, state, at, client, actor });
  if (note !== null) await transaction.insert(rightsRequestNotes).values({ step: recordId, note });
  return recordId;
}

async function existing(transaction: ConsentTransaction, id: string): Promise<FullRequest> {
  const request = await readRequest(transaction, id);
  if (request === null) throw new Error('The consent store returned no row for an insert.');
  return request;
}
