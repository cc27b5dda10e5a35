import { sql } from 'drizzle-orm';
import { bigint, customType, index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });

/** The gateways' access record, a row for each line: never updated, never deleted (a trigger sees to it). */
export const accessRecords = pgTable(
  'access_records',
  {
    /** Which writer's line, and which of its lines. */
    chain: text('chain').notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    at: time('at').notNull(),
    /** All that stand for subjects in the line, to find it by. */
    references: text('references').array().notNull(),
    hash: text('hash').notNull(),
    /** Characters that the database cannot keep are replaced, so the hash is that of the line as it came. */
    line: jsonb('line').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.chain, table.sequence] }),
    index('access_records_by_reference').using('gin', table.references),
  ],
);

/** What came in place of lines, kept aside for whoever looks after the record. */
export const accessDeadLetters = pgTable(
  'access_dead_letters',
  {
    /** Where it stood in the stream. */
    entry: text('entry').notNull(),
    /** SHA-256 of the payload: a Redis that starts anew may give an entry's name again. */
    digest: text('digest').notNull(),
    reason: text('reason').notNull(),
    payload: bytes('payload').notNull(),
    receivedAt: time('received_at')
      .notNull()
      .default(sql`now()`),
  },
  (table) => [primaryKey({ columns: [table.entry, table.digest] })],
);
