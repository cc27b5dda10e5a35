import { connect, type Socket } from 'node:net';
import { readMessage } from '../world/httpBytes.ts';

/** What to send, for how long. */
export interface LoadOptions {
  /** Where a gateway serves GraphQL. */
  readonly url: string;
  /** Whole requests. */
  readonly requests: readonly Buffer[];
  /** The index of the request to send next, whichever connection sends it. */
  readonly next: () => number;
  /** Bytes of each request's answer, by its index; another length is a wrong answer. `null`: any. */
  readonly lengths: readonly number[] | null;
  readonly connections: number;
  /** How long it goes on; `once`: until as many were sent as there are. */
  readonly seconds: number | 'once';
}

/** What came back. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** Answers that were not 200, or of another length than the one checked. */
  readonly wrong: number;
  /** Latencies in ms. */
  readonly p50: number;
  readonly p99: number;
}

/** Waits this much longer for answers that are on their way, in ms. */
const GRACE_MS = 20_000;

/**
 * Sends requests over kept-alive connections, each as soon as the answer before it is there. It reads no more of an
 * answer than status and length, so that one core is enough for it and the subgraphs.
 *
 * @throws Error where a connection fails or no answer comes.
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const { url, requests, lengths, connections, seconds } = options;
  const { hostname, port } = new URL(url);
  const latencies: number[] = [];
  let wrong = 0;
  let begun = 0;
  const began = performance.now();
  const until = seconds === 'once' ? 0 : began + seconds * 1_000;
  const goesOn = (now: number): boolean => (seconds === 'once' ? begun < requests.length : now < until);

  const one = async (socket: Socket): Promise<void> => {
    await new Promise<void>((resolve, reject) => {
      const parts: Buffer[] = [];
      let index = 0;
      let sent = 0;
      let missing = 0;
      const send = (): void => {
        index = options.next();
        begun += 1;
        sent = performance.now();
        socket.write(requests[index] ?? '');
      };
      const receive = (): void => {
        const given = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
        const message = readMessage(given);
        if (message === null) {
          // Looked at again only when what its head promises is there.
          missing = promised(given) - given.length;
          parts.length = 0;
          parts.push(given);
          return;
        }
        parts.length = 0;
        const now = performance.now();
        latencies.push(now - sent);
        const isRight =
          message.head.startsWith('200', 9) && (lengths === null || message.body.length === lengths[index]);
        if (!isRight) wrong += 1;
        if (goesOn(now)) send();
        else resolve();
      };
      socket.on('data', (data: Buffer) => {
        parts.push(data);
        missing -= data.length;
        if (missing <= 0) receive();
      });
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('A gateway closed a connection in use.')));
      socket.setTimeout(GRACE_MS, () => reject(new Error('A gateway did not answer.')));
      send();
    });
  };

  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => await connected(hostname, Number(port))),
  );
  try {
    await Promise.all(sockets.map(one));
  } finally {
    for (const socket of sockets) {
      socket.removeAllListeners('close');
      socket.destroy();
    }
  }
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    requests: latencies.length,
    seconds: (performance.now() - began) / 1_000,
    wrong,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
  };
}

/** Takes turns: each call gives the next of so many indices, over and over. */
export function turns(count: number): () => number {
  let given = 0;
  return () => {
    const index = given % count;
    given += 1;
    return index;
  };
}

/** A whole GraphQL request by POST. */
export function requestBytes(url: string, body: object, headers: Readonly<Record<string, string>>): Buffer {
  const { host, pathname } = new URL(url);
  const json = JSON.stringify(body);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(
    `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\naccept: application/json\r\n` +
      `${lines.join('')}content-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
  );
}

async function connected(host: string, port: number): Promise<Socket> {
  return await new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** Bytes that the message at the start of `given` has, or one more than there are where that cannot be known. */
function promised(given: Buffer): number {
  const headEnd = given.indexOf('\r\n\r\n');
  const length =
    headEnd === -1
      ? undefined
      : /\r\ncontent-length: *(\d+)/i.exec(given.toString('latin1', 0, headEnd))?.[1];
  return length === undefined ? given.length + 1 : headEnd + 4 + Number(length);
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
