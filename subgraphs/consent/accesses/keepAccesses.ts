import { hash, randomUUID } from 'node:crypto';
import { and, eq, or, TransactionRollbackError } from 'drizzle-orm';
import { parseRecordLine, trueHash } from '../../../policies/record/recordLine.ts';
import type { RecordLine } from '../../../policies/record/recordLine.ts';
import type { StreamEntry } from './accessStream.ts';
import { accessDeadLetters, accessRecords } from './accessTables.ts';
import type { ConsentDatabase, ConsentTransaction } from '../database.ts';

/** Why an entry is kept aside. `CONFLICT`: another line has its place in the chain. `CUT_OFF`: it is lost. */
type Fault = 'NO_LINE' | 'WRONG_HASH' | 'CONFLICT' | 'CUT_OFF' | `DATABASE_${string}`;

interface Faulty {
  readonly entry: StreamEntry;
  readonly fault: Fault;
}

interface Read {
  readonly entry: StreamEntry;
  readonly line: RecordLine;
}

/** An entry that had failed alone before failed once more, right after the database had taken another line. */
export class LineFailure extends Error {
  override readonly name = 'LineFailure';
  readonly fault: `DATABASE_${string}`;

  constructor(fault: LineFailure['fault'], options: ErrorOptions) {
    super('The database failed at one line of the access record.', options);
    this.fault = fault;
  }
}

/** Is told after each commit which entries are aside by it, also those that were before. */
export type OnAside = (ids: readonly string[]) => void;

/**
 * Keeps entries of the record's stream and commits: lines in the record, each once, and what is no line, or not as it
 * was written, aside. What the database refuses is set aside as well. Throws all other failures, with nothing or a
 * part kept.
 */
export async function keepAccesses(
  database: ConsentDatabase,
  entries: readonly StreamEntry[],
  onAside: OnAside,
): Promise<void> {
  try {
    await commit(database, onAside, async (transaction) => await keep(transaction, entries));
  } catch (error) {
    const state = stateOf(error);
    if (!REFUSED.test(state)) throw error;
    const [entry, ...others] = entries;
    if (entry !== undefined && others.length === 0) {
      await putAside(database, entry, `DATABASE_${state}`, onAside);
    } else {
      for (const each of entries) await keepAccesses(database, [each], onAside);
    }
  }
}

/**
 * As `keepAccesses`, for one entry that may be to blame for having failed before. Throws a `LineFailure` where the
 * database takes another line and then fails at this one for want of time, memory or a connection.
 */
export async function keepSuspect(
  database: ConsentDatabase,
  entry: StreamEntry,
  onAside: OnAside,
): Promise<void> {
  // Before it: a line that the server ends at would leave nobody to ask.
  await takeAnother(database);
  try {
    await keepAccesses(database, [entry], onAside);
  } catch (error) {
    const state = stateOf(error);
    throw OVERTAXED.test(state) ? new LineFailure(`DATABASE_${state}`, { cause: error }) : error;
  }
}

/** Sets one entry aside and commits. */
export async function putAside(
  database: ConsentDatabase,
  entry: StreamEntry,
  fault: `DATABASE_${string}`,
  onAside: OnAside,
): Promise<void> {
  await commit(database, onAside, async (transaction) => await setAside(transaction, [{ entry, fault }]));
}

/** Gives what `work` does on to be told, once it is committed. */
async function commit(
  database: ConsentDatabase,
  onAside: OnAside,
  work: (transaction: ConsentTransaction) => Promise<readonly string[]>,
): Promise<void> {
  let failure: unknown;
  let ids: readonly string[];
  try {
    ids = await database.transaction(async (transaction) => {
      try {
        return await work(transaction);
      } catch (error) {
        failure = error;
        throw error;
      }
    });
  } catch (error) {
    // Where the connection broke, rolling back fails as well, and its failure says less.
    throw failure ?? error;
  }
  if (ids.length > 0) onAside(ids);
}

/**
 * Has the database take a line of the plainest kind, and rolls it back. Without a row, it would succeed where nothing
 * can be written, and every line would be to blame.
 */
async function takeAnother(database: ConsentDatabase): Promise<void> {
  const line: typeof accessRecords.$inferInsert = {
    // No gateway's, and no other instance's, which would have to wait for this one.
    chain: `another/${randomUUID()}`,
    sequence: 0,
    at: new Date(0),
    references: ['nobody'],
    hash: '',
    line: { groups: [] },
  };
  try {
    await database.transaction(async (transaction) => {
      await transaction.insert(accessRecords).values(line);
      transaction.rollback();
    });
  } catch (error) {
    if (!(error instanceof TransactionRollbackError)) throw error;
  }
}
async function keep(
  transaction: ConsentTransaction,
  entries: readonly StreamEntry[],
): Promise<readonly string[]> {
  const read: Read[] = [];
  const faulty: Faulty[] = [];
  for (const entry of entries) {
    if (entry.payload === null) {
      faulty.push({ entry, fault: 'CUT_OFF' });
      continue;
    }
    const line = parseRecordLine(Buffer.from(entry.payload).toString());
    if (line === null) faulty.push({ entry, fault: 'NO_LINE' });
    else if (line.hash !== trueHash(entry.payload)) faulty.push({ entry, fault: 'WRONG_HASH' });
    else read.push({ entry, line });
  }
  return await setAside(transaction, [...faulty, ...(await keepLines(transaction, read))]);
}

/** Gives those whose place another line has. */
async function keepLines(transaction: ConsentTransaction, read: readonly Read[]): Promise<readonly Faulty[]> {
  if (read.length === 0) return [];
  await transaction
    .insert(accessRecords)
    .values(read.map(({ line }) => rowOf(line)))
    .onConflictDoNothing();
  const places = read.map(({ line }) =>
    and(eq(accessRecords.chain, line.chain), eq(accessRecords.sequence, line.sequence)),
  );
  const { chain, sequence, hash: kept } = accessRecords;
  const rows = await transaction
    .select({ chain, sequence, kept })
    .from(accessRecords)
    .where(or(...places));
  const hashes = new Map(rows.map((row) => [`${row.chain} ${row.sequence}`, row.kept]));
  return read.flatMap(({ entry, line }) =>
    hashes.get(`${line.chain} ${line.sequence}`) === line.hash ? [] : [{ entry, fault: 'CONFLICT' }],
  );
}

/** Gives the entries' ids. */
async function setAside(
  transaction: ConsentTransaction,
  faulty: readonly Faulty[],
): Promise<readonly string[]> {
  if (faulty.length === 0) return [];
  await transaction
    .insert(accessDeadLetters)
    .values(
      faulty.map(({ entry: { id, payload }, fault }) => ({
        entry: id,
        digest: hash('sha256', payload ?? ''),
        reason: fault,
        payload: payload ?? new Uint8Array(),
      })),
    )
    .onConflictDoNothing();
  return faulty.map(({ entry }) => entry.id);
}

function rowOf(line: RecordLine): typeof accessRecords.$inferInsert {
  const references = new Set(line.groups.flatMap(({ subjects }) => subjects ?? []));
  return {
    chain: line.chain,
    sequence: line.sequence,
    at: new Date(line.time),
    references: [...references].map(storable),
    hash: line.hash,
    line: JSON.parse(JSON.stringify(line), (_, value: unknown) =>
      typeof value === 'string' ? storable(value) : value,
    ) as unknown,
  };
}

/** PostgreSQL's text holds neither NUL nor halves of characters, which a client may have written as justification. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** SQLSTATEs of what the database will never take: data (22), constraints (23), limits (54). */
const REFUSED = /^(?:22|23|54)[0-9A-Z]{3}$/;

/** Those of what it may only not manage: out of time, out of memory, the connection or the server gone. */
const OVERTAXED = /^(?:57014|53200|57P0[0-9A-Z]|08[0-9A-Z]{3}|NO_ANSWER)$/;

/** The SQLSTATE; `NO_ANSWER` where the failure has none, since the connection broke. */
function stateOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return /^[0-9A-Z]{5}$/.test(code) ? code : 'NO_ANSWER';
}
