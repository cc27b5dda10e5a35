import type { ServerResponse } from 'node:http';

/** So many bytes at a time. A client's progress shows by them, and a short answer is written at once. */
const SLICE = 262_144;

/**
 * Sends the rest of an answer. A client that does not take a slice of it in time, or leaves, does not keep it here: its
 * connection is cut off.
 *
 * @param sliceMs how long a client may take for 256 KiB.
 */
export async function sendBytes(response: ServerResponse, bytes: Buffer, sliceMs: number): Promise<void> {
  response.setHeader('content-length', bytes.length);
  let at = 0;
  for (; bytes.length - at > SLICE; at += SLICE) {
    if (response.write(bytes.subarray(at, at + SLICE))) continue;
    if (!(await drained(response, sliceMs))) return void response.destroy();
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
