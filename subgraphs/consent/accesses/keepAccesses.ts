import { hash } from 'node:crypto';
import { and, eq, or, sql } from 'drizzle-orm';
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

/** One entry alone failed for want of time, memory or a connection, right after the database had taken less. */
export class LineFailure extends Error {
  override readonly name = 'LineFailure';
  readonly fault: `DATABASE_${string}`;

  constructor(fault: LineFailure['fault'], options: ErrorOptions) {
    super('The database failed at one line of the access record.', options);
    this.fault = fault;
  }
}

/**
 * Keeps entries of the record's stream and commits: lines in the record, each once, and what is no line, or not as it
 * was written, aside. Gives how many were set aside now. What the database refuses is set aside as well. Throws all
 * other failures, with nothing or a part kept: of a single entry, a `LineFailure` where it may be the entry's own.
 */
export async function keepAccesses(
  database: ConsentDatabase,
  entries: readonly StreamEntry[],
): Promise<number> {
  const [entry, ...others] = entries;
  const alone = others.length === 0;
  let answers = false;
  try {
    return await database.transaction(async (transaction) => {
      // Takes the same lock as a line and writes nothing: what fails here is not the line's fault.
      if (alone) await transaction.execute(NO_LINE_AT_ALL);
      answers = true;
      return await keep(transaction, entries);
    });
  } catch (error) {
    const state = stateOf(error);
    if (!REFUSED.test(state)) {
      if (alone && answers && OVERTAXED.test(state)) {
        throw new LineFailure(`DATABASE_${state}`, { cause: error });
      }
      throw error;
    }
    if (entry !== undefined && alone) return await putAside(database, entry, `DATABASE_${state}`);
    let aside = 0;
    for (const each of entries) aside += await keepAccesses(database, [each]);
    return aside;
  }
}

/** Sets one entry aside and commits. Gives how many were set aside now: none where it was before. */
export async function putAside(
  database: ConsentDatabase,
  entry: StreamEntry,
  fault: `DATABASE_${string}`,
): Promise<number> {
  return await database.transaction(async (transaction) => await setAside(transaction, [{ entry, fault }]));
}

const NO_LINE_AT_ALL = sql`insert into ${accessRecords} select * from ${accessRecords} where false`;

async function keep(transaction: ConsentTransaction, entries: readonly StreamEntry[]): Promise<number> {
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

async function setAside(transaction: ConsentTransaction, faulty: readonly Faulty[]): Promise<number> {
  if (faulty.length === 0) return 0;
  const rows = await transaction
    .insert(accessDeadLetters)
    .values(
      faulty.map(({ entry: { id, payload }, fault }) => ({
        entry: id,
        digest: hash('sha256', payload ?? ''),
        reason: fault,
        payload: payload ?? new Uint8Array(),
      })),
    )
    .onConflictDoNothing()
    .returning({ entry: accessDeadLetters.entry });
  return rows.length;
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
