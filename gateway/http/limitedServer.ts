import {
  createServer,
  STATUS_CODES,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Socket } from 'node:net';
import type { Limits } from '../limits/limits.ts';
import { cutUnread } from './cutUnread.ts';

/** How often connections are looked at for requests that take too long to come, in ms. */
const LOOK_EVERY_MS = 1_000;

/**
 * Creates an HTTP/1.1 server that no client can hold up: neither by sending slowly nor by keeping connections. What is no
 * HTTP is answered in words of ours, and its connection closed; `onRefused` is told the status.
 */
export function limitedServer(
  limits: Limits,
  listener: RequestListener,
  onRefused: (status: number) => void,
): Server {
  const server = createServer({
    headersTimeout: Math.min(limits.headersMs, limits.receivingMs),
    requestTimeout: limits.receivingMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: LOOK_EVERY_MS,
    maxHeaderSize: limits.headerBytes,
    // Message framing that proxies may understand otherwise is refused, whatever flags Node was started with.
    insecureHTTPParser: false,
    noDelay: true,
  });
  server.maxConnections = limits.connections;
  server.maxRequestsPerSocket = limits.requestsPerConnection;
  // Node would leave out those beyond, without a word. Their bytes are bounded, and their number is checked.
  server.maxHeadersCount = 0;
  server.on('connection', (socket: Socket) => cutUnread(socket, limits.sendingMs));
  /** Several where a client does not wait for one before it asks again. */
  const answersOf = new WeakMap<Socket, Set<ServerResponse>>();
  server.on('request', (request, response) => {
    const { socket } = request;
    const answers = answersOf.get(socket) ?? new Set();
    answersOf.set(socket, answers.add(response));
    response.once('close', () => answers.delete(response));
    listener(request, response);
  });
  server.on('clientError', (error, socket) => {
    if (!socket.writable || !(socket instanceof Socket)) return void socket.destroy();
    // In the middle of an answer, another one would be taken for its rest.
    if ([...(answersOf.get(socket) ?? [])].some(({ headersSent }) => headersSent))
      return void socket.destroy();
    const status = answer(error, socket);
    // A connection that was opened and never used is no request.
    if (socket.bytesRead > 0) onRefused(status);
  });
  return server;
}

/** By codes of Node's HTTP parser. */
const ANSWERS: Readonly<Record<string, readonly [status: number, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: [431, 'The headers are too long.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions are too long.'],
};

/** Answers, and closes the connection. @returns the status. */
function answer(error: Error, socket: Socket): number {
  const code = 'code' in error ? String(error.code) : '';
  const [status, message] = ANSWERS[code] ?? [400, 'Expected HTTP/1.1.'];
  const body = JSON.stringify({ errors: [{ message, extensions: { code: 'REQUEST_INVALID' } }] });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json; charset=utf-8',
    'cache-control: no-store',
    'connection: close',
    `content-length: ${body.length}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // What else it sends is of no interest.
  socket.destroySoon();
  return status;
}
