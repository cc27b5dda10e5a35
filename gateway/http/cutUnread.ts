import type { Socket } from 'node:net';

/**
 * Cuts off a connection whose client takes nothing of what waits for it. Node has no time-out for that: while a client
 * takes nothing, nothing more of it is read either, so that it is not late with anything.
 *
 * INVARIANT: no connection outlives its client’s interest in it (test/hostile/slowClients.test.ts).
 *
 * @param takingMs how long a client may take for what was written at once, which is never over 256 KiB.
 */
export function cutUnread(socket: Socket, takingMs: number): void {
  let seen = NOTHING_WAITED;
  const looking = setInterval(() => {
    const { bytesWritten, writableLength } = socket;
    // What was written counts what waits.
    const taken = bytesWritten - writableLength;
    if (writableLength > 0 && taken === seen) socket.destroy();
    seen = writableLength > 0 ? taken : NOTHING_WAITED;
  }, takingMs);
  looking.unref();
  socket.once('close', () => clearInterval(looking));
}

const NOTHING_WAITED = -1;
