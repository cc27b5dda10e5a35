import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Stands in whatever is sent; no answer may hold it, nor the log. */
export const CANARY = 'canary-4d1e';

/** What came back over one connection. */
export interface Exchanged {
  /** Of each answer, in turn. */
  readonly statuses: readonly number[];
  readonly text: string;
  /** From connecting to the last byte, or to the end of the connection. */
  readonly ms: number;
  readonly ended: 'closed' | 'open';
}

/** What is sent over one connection: bytes, and pauses in ms. */
export type Sent = readonly (string | Buffer | number)[];

/** Options of `exchange`. `answers`: how many are waited for. */
export interface ExchangeOptions {
  readonly answers?: number;
  readonly limitMs?: number;
  /** What becomes of the connection once all is sent. */
  readonly afterwards?: 'wait' | 'leave';
}

/** Sends bytes as they are, and reads what comes back until it is complete, the connection closed or the time up. */
export async function exchange(url: string, sent: Sent, options: ExchangeOptions = {}): Promise<Exchanged> {
  const { answers = 1, limitMs = 10_000, afterwards = 'wait' } = options;
  const { port } = new URL(url);
  const began = performance.now();
  let text = '';
  let isClosed = false;
  const socket = connect(Number(port), '127.0.0.1');
  const done = new Promise<void>((resolve) => {
    socket.setEncoding('latin1');
    socket.setMaxListeners(0);
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (statusesOf(text).length >= answers) resolve();
    });
    // What was cut off while it was being written to.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      isClosed = true;
      resolve();
    });
    setTimeout(resolve, limitMs).unref();
  });
  const write = async (): Promise<void> => {
    for (const each of sent) {
      if (isClosed) return;
      if (typeof each === 'number') await sleep(each);
      else if (!socket.write(each)) {
        await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), done]);
      }
    }
    if (afterwards === 'leave') socket.destroy();
  };
  await Promise.all([write(), done]);
  const ms = performance.now() - began;
  socket.destroy();
  return { statuses: statusesOf(text), text, ms, ended: isClosed ? 'closed' : 'open' };
}

/** Statuses of the answers that are complete. */
function statusesOf(text: string): number[] {
  const statuses: number[] = [];
  for (let rest = text; ;) {
    const head = /^HTTP\/1\.1 (\d{3}) [^]*?\r\n\r\n/.exec(rest);
    if (head === null) return statuses;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head[0])?.[1] ?? NaN);
    const isChunked = /\r\ntransfer-encoding: chunked/i.test(head[0]);
    const end = isChunked ? rest.indexOf('\r\n0\r\n\r\n') + 7 : head[0].length + (length || 0);
    if (end < head[0].length || rest.length < end) return statuses;
    statuses.push(Number(head[1]));
    rest = rest.slice(end);
  }
}

/** A request as a client would send it, but for what `headers` say, which may be any lines. */
export function post(body: string | Buffer, headers: readonly string[] = [], path = '/graphql'): Buffer {
  const bytes = Buffer.from(body);
  const given = headers.map((line) => line.split(':')[0]?.toLowerCase());
  const usual = [
    'host: localhost',
    'content-type: application/json',
    'x-client-id: support-desk',
    `content-length: ${bytes.length}`,
  ].filter((line) => !given.includes(line.split(':')[0]) && !headers.includes(`-${line.split(':')[0]}`));
  const lines = [...usual, ...headers.filter((line) => !line.startsWith('-'))];
  return Buffer.concat([
    Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1'),
    bytes,
  ]);
}

/** A request by GET. */
export function get(path: string, headers: readonly string[] = []): string {
  const lines = ['host: localhost', 'x-client-id: support-desk', ...headers];
  return `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** A body in chunks, each of which says its length. */
export function chunked(parts: readonly string[]): string {
  const chunks = parts.map((part) => `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`);
  return `${chunks.join('')}0\r\n\r\n`;
}
