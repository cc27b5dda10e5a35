import { connectWithin, createRedisClient } from '../../policies/consent/redis/redisClient.ts';
import { reason } from '../../policies/consent/redis/redisFailure.ts';
import { RECORD_FIELD, RECORD_STREAM, RECORD_STREAM_LENGTH } from '../../policies/record/recordStream.ts';

/** A connection that appends to the record's stream. */
export interface StreamConnection {
  /**
   * Appends lines, in their order, all or none. Rejects where that is not certain: they may then be there all the same.
   */
  readonly append: (lines: readonly string[]) => Promise<void>;
  /** How many bytes the stream takes, roughly. */
  readonly bytes: () => Promise<number>;
  readonly close: () => void;
}

/**
 * What the stream may hold unread. Beyond that it would crowd out the consents that are cached in the same Redis, while
 * its lines can be had from the files.
 */
export const MAX_STREAM_BYTES = 256 * 1024 * 1024;

/** Nobody waits for it, so that a slow server is given time. */
const COMMAND_TIMEOUT_MS = 5_000;
/** What a server says that is no primary any more, to a command and to the end of a transaction. */
const NO_PRIMARY: ReadonlySet<string> = new Set(['READONLY', 'EXECABORT']);

/**
 * Connects to the Redis that holds the stream, once something is first appended. Nothing is queued while there is no
 * connection.
 *
 * @param redisUrl as for consent states: one server, Sentinels or nodes of a Cluster.
 * @param timeoutMs of connecting, and of one command.
 * @throws TypeError for another one; it quotes nothing.
 */
export function connectStream(redisUrl: string, timeoutMs = COMMAND_TIMEOUT_MS): StreamConnection {
  const redis = createRedisClient(redisUrl, timeoutMs);
  // Told by what is not appended; without a listener it would end the process.
  redis.on('error', () => undefined);
  let isClosed = false;
  const connect = async (): Promise<void> => {
    // ioredis gives up where a connection is ended while it is being made.
    if (redis.status === 'wait' || (redis.status === 'end' && !isClosed)) {
      await connectWithin(redis, timeoutMs);
    }
  };
  const transact = async (lines: readonly string[]): Promise<void> => {
    const transaction = redis.multi();
    for (const line of lines) {
      transaction.xadd(RECORD_STREAM, 'MAXLEN', '~', RECORD_STREAM_LENGTH, '*', RECORD_FIELD, line);
    }
    const results = await transaction.exec();
    if (results?.length !== lines.length) throw new Error('The stream was not appended to.');
    for (const [error] of results) if (error !== null) throw error;
  };
  return {
    async append(lines) {
      await connect();
      try {
        await transact(lines);
      } catch (error) {
        // The same address may lead to the new primary.
        if (NO_PRIMARY.has(reason(error))) redis.disconnect(true);
        throw error;
      }
    },
    async bytes() {
      await connect();
      return (await redis.memory('USAGE', RECORD_STREAM)) ?? 0;
    },
    close: () => {
      isClosed = true;
      redis.disconnect();
    },
  };
}
