import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { reason } from '../../policies/consent/redis/redisFailure.ts';
import type { Log } from '../log.ts';
import { batchLength } from './streamBatch.ts';
import { MAX_STREAM_BYTES, type StreamConnection } from './streamConnection.ts';

/** Hands on to the record's stream what is kept already, behind the answers' backs. */
export interface StreamDelivery {
  /** Takes lines that are kept; returns at once and never throws. */
  readonly send: (lines: readonly string[]) => void;
  /** Lines that the stream did not get, since the start: `sudare audit deliver` brings them from the file. */
  readonly dropped: () => number;
  /** Waits a moment for what is on its way; what is sent afterwards is dropped. */
  readonly close: () => Promise<void>;
}

/** Options of `createStreamDelivery`. */
export interface StreamDeliveryOptions {
  readonly connection: StreamConnection;
  readonly log: Log;
  /** Characters of lines that may wait for the stream; what comes beyond them is dropped. */
  readonly maxSpooled?: number;
  /** Bytes that the stream may hold unread. */
  readonly maxStream?: number;
}

const MAX_SPOOLED = 64 * 1024 * 1024;
/** Characters sent between looks at how much the stream holds. */
const LOOK_EVERY = 4 * 1024 * 1024;
/** How long lines wait for others: nobody waits for them, and Redis takes a hundred in the time of three. */
const GATHER_MS = 50;
const MIN_DELAY_MS = 100;
const MAX_DELAY_MS = 5_000;
const CLOSE_MS = 3_000;

/**
 * Creates the delivery. Lines go in their order; those that the stream did not confirm are sent again, so that some may
 * be there twice.
 */
export function createStreamDelivery(options: StreamDeliveryOptions): StreamDelivery {
  const { connection, log, maxSpooled = MAX_SPOOLED, maxStream = MAX_STREAM_BYTES } = options;
  const lookEvery = Math.min(LOOK_EVERY, maxStream);
  const spool: string[] = [];
  let size = 0;
  let dropped = 0;
  let unlooked = Infinity;
  let told = 0;
  let isFailing = false;
  let isClosed = false;
  let delivering: Promise<void> | null = null;
  const closing = new AbortController();

  async function deliver(): Promise<void> {
    let delay = MIN_DELAY_MS;
    while (spool.length > 0 && !closing.signal.aborted) {
      if (!isClosed) await sleep(GATHER_MS);
      const batch = spool.slice(0, batchLength(spool));
      try {
        await checkRoom();
        await connection.append(batch);
        spool.splice(0, batch.length);
        for (const line of batch) {
          size -= line.length;
          unlooked += line.length;
        }
        delay = MIN_DELAY_MS;
        recovered();
      } catch (error) {
        failed(error);
        await sleep(delay, undefined, { signal: closing.signal }).catch(() => undefined);
        delay = Math.min(2 * delay, MAX_DELAY_MS);
      }
    }
    delivering = null;
  }

  /** Where nobody reads it, the stream does not grow for ever. */
  async function checkRoom(): Promise<void> {
    if (unlooked < lookEvery) return;
    if ((await connection.bytes()) > maxStream) throw new StreamFullError('Nobody reads the stream.');
    unlooked = 0;
  }

  function failed(error: unknown): void {
    if (!isFailing)
      log.failure(`the record’s stream is not appended to (${reason(error)}); it is tried again`, error);
    isFailing = true;
  }

  function recovered(): void {
    if (!isFailing) return;
    isFailing = false;
    log.info('the record’s stream is appended to again', { dropped: dropped - told });
    told = dropped;
  }

  return {
    send(lines) {
      if (isClosed) return void (dropped += lines.length);
      for (const line of lines) {
        if (size + line.length > maxSpooled) {
          dropped += 1;
          continue;
        }
        size += line.length;
        spool.push(line);
      }
      delivering ??= deliver();
    },
    dropped: () => dropped,
    async close() {
      isClosed = true;
      const timer = setTimeout(() => closing.abort(), CLOSE_MS);
      await Promise.race([delivering, once(closing.signal, 'abort')]);
      clearTimeout(timer);
      closing.abort();
      // What Redis is still silent about ends with the connection.
      connection.close();
      dropped += spool.splice(0).length;
      if (dropped > told) log.info('the record’s stream lacks lines', { dropped: dropped - told });
    },
  };
}

class StreamFullError extends Error {
  override readonly name = 'StreamFullError';
}
