import type { ServerResponse } from 'node:http';

/** So many bytes at a time. A client's progress shows by them, and a short answer is written at once. */
const SLICE = 262_144;

/** A client that takes a long answer more slowly, in bytes a ms, keeps it here for too long. */
const SLOWEST = 64;

/**
 * Sends the rest of an answer. A client that does not take a slice of it in time, is slow with all of it, or leaves, does
 * not keep it here: its connection is cut off.
 *
 * @param sliceMs how long a client may take for 256 KiB; for all of it, as long and a second for each 64 kB.
 */
export async function sendBytes(
  response: ServerResponse,
  bytes: Buffer,
  sliceMs: number,
  slowest = SLOWEST,
): Promise<void> {
  response.setHeader('content-length', bytes.length);
  const latest = performance.now() + sliceMs + bytes.length / slowest;
  let at = 0;
  for (; bytes.length - at > SLICE; at += SLICE) {
    if (response.write(bytes.subarray(at, at + SLICE))) continue;
    const ms = Math.min(sliceMs, latest - performance.now());
    if (!(await drained(response, ms))) return void response.destroy();
  }
  // Whether that is taken is looked after by `cutUnread`.
  response.end(at === 0 ? bytes : bytes.subarray(at));
}

/** Whether what was written is taken before the time is up, or the client leaves. */
async function drained(response: ServerResponse, limitMs: number): Promise<boolean> {
  if (response.destroyed) return false;
  return await new Promise((resolve) => {
    const settle = (taken: boolean): void => {
      clearTimeout(timer);
      response.off('drain', onDrain);
      response.off('close', onClose);
      resolve(taken);
    };
    const onDrain = (): void => settle(true);
    const onClose = (): void => settle(false);
    const timer = setTimeout(onClose, limitMs);
    response.once('drain', onDrain);
    response.once('close', onClose);
  });
}
