import { sql } from 'drizzle-orm';
import { bigint, check, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** What an event can say. The first four are about one purpose, the others about the person as a whole. */
export const EVENT_STATES = [
  'GIVEN',
  'REFUSED',
  'WITHDRAWN',
  'OBJECTED',
  'SUSPENDED',
  'RESUMED',
  'SERVICE_USED',
  'ACQUIRED',
  'ERASED',
] as const;

export type EventState = (typeof EVENT_STATES)[number];

/** 122 random bits of the server's, as 22 characters of base64url. */
const RANDOM_REFERENCE = sql`translate(rtrim(encode(uuid_send(gen_random_uuid()), 'base64'), '='), '+/', '-_')`;

/** One row per data subject, which writers lock so that a subject's events come one after the other. */
export const subjects = pgTable('subjects', {
  id: text('id').primaryKey(),
  /** Stands for the subject in the access record. Erasure puts another in its place. */
  reference: text('reference').notNull().unique().default(RANDOM_REFERENCE),
  createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
});

/**
 * What data subjects have decided, event by event: never updated, never deleted (a trigger sees to it). The
 * fields are those of ISO/IEC TS 27560, and who made the change.
 */
export const consentEvents = pgTable(
  'consent_events',
  {
    /** Order of writing; within a subject also the order of `eventTime`. */
    sequence: bigint('sequence', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    recordId: uuid('record_id').notNull().unique(),
    /** Full subject id, `user:u_1`. */
    piiPrincipalId: text('pii_principal_id')
      .notNull()
      .references(() => subjects.id),
    purpose: text('purpose'),
    /** `null`: for any recipient. */
    recipient: text('recipient'),
    lawfulBasis: text('lawful_basis'),
    eventState: text('event_state', { enum: EVENT_STATES }).notNull(),
    eventTime: timestamp('event_time', { withTimezone: true, precision: 3, mode: 'date' }).notNull(),
    /** ISO 8601 in days, `P30D`; `null`: until withdrawn. */
    validityDuration: text('validity_duration'),
    policyRevision: text('policy_revision'),
    /** How the event came in; of `ACQUIRED`, the channel by which the person's data was acquired. */
    collectionMethod: text('collection_method'),
    client: text('client').notNull(),
    /** The end user's subject id or the client's operator; `null`: the client itself. */
    actor: text('actor'),
  },
  (table) => [
    index('consent_events_by_subject').on(table.piiPrincipalId, table.sequence),
    check(
      'consent_events_purpose',
      sql`(${table.purpose} is not null) = (${table.eventState} in ('GIVEN', 'REFUSED', 'WITHDRAWN', 'OBJECTED'))`,
    ),
    check('consent_events_validity', sql`${table.validityDuration} ~ '^P[1-9][0-9]{0,4}D$'`),
  ],
);

/** Subjects whose cached states are still to be deleted, one row for each write. It carries no state. */
export const cacheOutbox = pgTable('cache_outbox', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  subject: text('subject').notNull(),
  /** When a relay may take it up: until then it is for whoever wrote it, or took it up, to see to. */
  dueAt: timestamp('due_at', { withTimezone: true, precision: 3, mode: 'date' })
    .notNull()
    .default(sql`clock_timestamp() + interval '1 second'`),
});

export type ConsentEvent = typeof consentEvents.$inferSelect;
export type NewConsentEvent = typeof consentEvents.$inferInsert;
