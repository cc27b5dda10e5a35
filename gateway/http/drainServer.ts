import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How a server is emptied. */
export interface DrainTimes {
  /** How long it goes on listening, so that balancers notice first that it is not ready any more. */
  readonly noticeMs: number;
  /** How long requests in flight may take then; those that take longer are cut off, stalled clients among them. */
  readonly requestsMs: number;
}

/**
 * Empties a server: resolves once it has no connection any more, after `noticeMs` and `requestsMs` at the latest. Gives
 * how many requests were cut off.
 */
export type Drain = (times: DrainTimes) => Promise<number>;

/** How long a connection that has asked nothing yet is left, once nobody new is listened to. */
const SILENT_MS = 500;

/**
 * Prepares a server to be emptied without a request being lost. From the beginning of the notice every answer says
 * `Connection: close`, so that kept-alive connections end one by one, each after an answer, and their clients come
 * back elsewhere. Those over which nothing was asked in all that time are closed with the listener: had their clients
 * anything to ask, they would have.
 */
export function createDrain(server: Server): Drain {
  const answering = new Set<ServerResponse>();
  const connections = new Set<Socket>();
  let isDraining = false;
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  // Before whoever answers: what is answered at once must say it, too.
  server.prependListener('request', (_, response) => {
    if (isDraining) sayClose(response);
    answering.add(response);
    response.once('close', () => answering.delete(response));
  });

  return async ({ noticeMs, requestsMs }) => {
    isDraining = true;
    for (const response of answering) sayClose(response);
    if (noticeMs > 0) await new Promise((resolve) => setTimeout(resolve, noticeMs));

    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    // Node counts a connection over which nothing came yet as one whose request is on its way.
    const silent = setTimeout(() => {
      for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
    }, SILENT_MS);
    let cutOff = 0;
    const cut = setTimeout(() => {
      cutOff = answering.size;
      server.closeAllConnections();
    }, requestsMs);
    await closed;
    clearTimeout(silent);
    clearTimeout(cut);
    // The server is closed a moment before its connections are, by which requests learn that nobody waits for them.
    await Promise.all([...connections].map(async (socket) => await once(socket, 'close')));
    return cutOff;
  };
}

function sayClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
