import { setTimeout as sleep } from 'node:timers/promises';
import { readHash, trueHash } from '../../policies/record/recordLine.ts';
import { batchLength } from './streamBatch.ts';
import { MAX_STREAM_BYTES, type StreamConnection } from './streamConnection.ts';
import { readLines } from './verify/readLines.ts';

const BACKLOG_MS = 500;

/**
 * Appends the lines of files to the record's stream, as fast as they are read there.
 *
 * @returns how many lines were delivered, and how many others the files hold: broken or altered ones.
 * @throws Error where a file cannot be read or the stream cannot be appended to; those before it may be there.
 */
export async function deliverFiles(
  files: readonly string[],
  connection: StreamConnection,
): Promise<{ readonly delivered: number; readonly others: number }> {
  let delivered = 0;
  let others = 0;
  for await (const batch of readLines(files)) {
    const whole = batch
      .filter(({ bytes, ended }) => ended && isWhole(bytes))
      .map(({ bytes }) => bytes.toString());
    others += batch.length - whole.length;
    for (let from = 0; from < whole.length; from += batchLength(whole, from)) {
      const lines = whole.slice(from, from + batchLength(whole, from));
      while ((await connection.bytes()) > MAX_STREAM_BYTES) await sleep(BACKLOG_MS);
      await connection.append(lines);
      delivered += lines.length;
    }
  }
  return { delivered, others };
}

function isWhole(bytes: Buffer): boolean {
  const stated = readHash(bytes);
  return stated !== null && stated === trueHash(bytes);
}
