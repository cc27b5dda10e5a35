import { Socket } from 'node:net';
import { Client, Pool } from 'pg';
import type { ClientBase, ClientConfig } from 'pg';

/** Connections of one instance. Further callers wait for one, at most `CONNECT_TIMEOUT_MS`. */
const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 3_000;
/** The server gives up a statement, or a wait for a lock. */
const STATEMENT_TIMEOUT_MS = 5_000;
/** The server gives up a transaction whose client says no more, and lets its locks go. */
const IDLE_IN_TRANSACTION_MS = 5_000;
/** A server that has said nothing for longer than it may take for a statement is gone, or frozen. */
const SILENCE_MS = STATEMENT_TIMEOUT_MS + 1_000;
const NEVER = 0;

/**
 * Whatever the server's or the role's defaults are: an answer is given only for what outlives a crash of the server,
 * and after waiting for a lock one sees what was committed meanwhile.
 */
const SETTINGS = `
select set_config('synchronous_commit', 'on', false),
       set_config('default_transaction_isolation', 'read committed', false),
       pg_is_in_recovery() as standby`;

/** A server that consents cannot, or must not, be read from and written to. The message holds no values. */
export class UnusablePostgresError extends Error {
  override readonly name = 'UnusablePostgresError';
}

/**
 * Connections to the primary of a PostgreSQL, each checked as it is made. Within about 15 s, anything that is asked of
 * them is answered or fails, also where the server freezes or has no connections left; a broken one is replaced.
 * Throws `TypeError` for a URL that is not PostgreSQL's.
 */
export function openPostgresPool(databaseUrl: string): Pool {
  // pg-pool waits for it, and gives up the connection where it throws, which its types do not tell.
  const check: (client: ClientBase) => unknown = prepare;
  const pool = new Pool({
    ...configOf(databaseUrl),
    max: POOL_SIZE,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    onConnect: check,
  });
  // A connection that breaks is replaced at its next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  // What is asked of an idle connection is nothing, so it may be silent.
  pool.on('acquire', (client) => giveUpAfter(client, SILENCE_MS));
  pool.on('release', (_error, client) => giveUpAfter(client, NEVER));
  return pool;
}

/**
 * A connection of its own to the primary, for what may take long; to be ended by the caller.
 * Throws as `openPostgresPool`, and where the server cannot be reached or is a standby.
 */
export async function connectToPrimary(databaseUrl: string): Promise<Client> {
  const client = new Client(configOf(databaseUrl));
  try {
    await client.connect();
    await prepare(client);
    giveUpAfter(client, NEVER);
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}

function configOf(databaseUrl: string): ClientConfig {
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new TypeError('DATABASE_URL must look like postgres://user:password@host:5432/database.');
  }
  return {
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  };
}

/** Throws `UnusablePostgresError` where the server is a standby. */
async function prepare(client: ClientBase): Promise<void> {
  // The pool listens while a connection is idle; in the hands of a transaction its end would be the process's.
  client.on('error', () => undefined);
  const stream = streamOf(client);
  stream.on('timeout', () => stream.destroy(new UnusablePostgresError('PostgreSQL does not answer.')));
  giveUpAfter(client, SILENCE_MS);
  const { rows } = await client.query<{ readonly standby: unknown }>(SETTINGS);
  // INVARIANT: consents are read from a primary: a standby may not have heard of a withdrawal yet.
  // Test: test/subgraphs/consent/postgresPool.test.ts, "standby".
  if (rows[0]?.standby === false) return;
  throw new UnusablePostgresError(
    'The PostgreSQL of DATABASE_URL is a standby; give the URL of the primary.',
  );
}

function giveUpAfter(client: ClientBase, ms: number): void {
  streamOf(client).setTimeout(ms);
}

/** What a connection runs over: a socket, of TLS or not. */
function streamOf(client: ClientBase): Socket {
  const stream = client instanceof Client ? client.connection.stream : null;
  if (stream instanceof Socket) return stream;
  throw new TypeError('Expected connections to PostgreSQL to run over sockets.');
}
