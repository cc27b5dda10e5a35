import { sql } from 'drizzle-orm';
import { bigint, boolean, index, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { subjects } from '../tables.ts';

/** What Article 8 lets data subjects ask for. `REVISION` is to revise or add to content. */
export const REQUEST_KINDS = ['DISCLOSURE', 'REVISION', 'DELETION', 'SUSPENSION'] as const;

/** Where a request stands. The last three end it. */
export const REQUEST_STATES = ['RECEIVED', 'IN_PROGRESS', 'FULFILLED', 'REFUSED', 'CANCELLED'] as const;

/** The others: a request that nobody has decided yet. */
export const OPEN_STATES: readonly RequestState[] = ['RECEIVED', 'IN_PROGRESS'];

export type RequestKind = (typeof REQUEST_KINDS)[number];
export type RequestState = (typeof REQUEST_STATES)[number];

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** What data subjects have asked for. All but `state` and `forgotten` stays as it was written (a trigger sees to it). */
export const rightsRequests = pgTable(
  'rights_requests',
  {
    id: uuid('id').primaryKey(),
    /** Full subject id, `user:u_1`. */
    subject: text('subject')
      .notNull()
      .references(() => subjects.id),
    kind: text('kind', { enum: REQUEST_KINDS }).notNull(),
    /** That of the latest step, to list by. */
    state: text('state', { enum: REQUEST_STATES }).notNull(),
    receivedAt: time('received_at').notNull(),
    dueAt: time('due_at').notNull(),
    /**
     * Who sent it in, and what they call it, so that sending it again is no second request: its SHA-256 (`keyDigest`),
     * since the name may tell of the person, and stays when they are erased.
     */
    client: text('client').notNull(),
    key: text('key'),
    /** Whether the person was erased since, and what was written with the request so far is gone. */
    forgotten: boolean('forgotten').notNull().default(false),
  },
  (table) => [
    index('rights_requests_by_subject').on(table.subject, table.receivedAt),
    index('rights_requests_open')
      .on(table.subject, table.kind)
      .where(sql`${table.state} in ('RECEIVED', 'IN_PROGRESS')`),
    index('rights_requests_by_due').on(table.dueAt, table.id),
    uniqueIndex('rights_requests_key')
      .on(table.subject, table.client, table.kind, table.key)
      .where(sql`${table.key} is not null`),
  ],
);

/** What was done about requests, step by step: never updated, never deleted (a trigger sees to it). */
export const rightsRequestSteps = pgTable(
  'rights_request_steps',
  {
    /** Order of writing. */
    sequence: bigint('sequence', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    recordId: uuid('record_id').notNull().unique(),
    request: uuid('request')
      .notNull()
      .references(() => rightsRequests.id),
    state: text('state', { enum: REQUEST_STATES }).notNull(),
    at: time('at').notNull(),
    client: text('client').notNull(),
    /** The end user's subject id or the client's operator; `null`: the client itself. */
    actor: text('actor'),
  },
  (table) => [index('rights_request_steps_by_request').on(table.request, table.sequence)],
);

/** What people wrote with a step. Apart from the steps, which stay: erasing a person removes these. */
export const rightsRequestNotes = pgTable('rights_request_notes', {
  step: uuid('step')
    .primaryKey()
    .references(() => rightsRequestSteps.recordId),
  note: text('note').notNull(),
});
