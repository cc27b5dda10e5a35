import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { SubgraphHttpError } from './subgraphHttpError.ts';

/** One POST to a subgraph. */
export interface PostInput {
  /** The subgraph's name, for errors. */
  readonly name: string;
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string;
  /** From sending to the last byte of the answer, a repetition included, in ms. */
  readonly timeoutMs: number;
  /** How long an answer may be, in bytes. */
  readonly maxBytes: number;
  /** Aborted where nobody waits for the answer any more. */
  readonly signal: AbortSignal | null;
  /** What only reads is sent again where its connection was lost, and given up where `signal` is aborted. */
  readonly effect: 'reads' | 'may-write';
  /**
   * When what nobody waits for is cut off: `at-once`, or `with-answer`, as soon as its answer begins. Tried: with Node
   * 24.21, an HTTP/2 stream that is cut off just after it was opened can leave the process in a loop for ever.
   */
  readonly cutOff: 'at-once' | 'with-answer';
}

/** What was answered. */
export interface Posted {
  readonly status: number;
  readonly text: string;
}

/**
 * Sends one POST and gathers its answer, without a stream in between. Redirects are not followed.
 *
 * INVARIANT: what may write is never sent twice, nor given up half-way (test/gateway/execute/httpSources.test.ts).
 *
 * @throws SubgraphHttpError, or what undici says of the connection.
 */
export async function post(input: PostInput): Promise<Posted> {
  const { name, dispatcher, origin, path, headers, body, timeoutMs, maxBytes, signal, effect, cutOff } =
    input;
  return await new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | null = null;
    let failure: Error | null = null;
    let status: number | null = null;
    let chunks: Buffer[] = [];
    let length = 0;
    let repetitions = effect === 'reads' ? 1 : 0;

    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const settleWith = (error: Error): void => {
      failure = error;
      chunks = [];
      settle();
      reject(error);
    };
    const fail = (error: Error): void => {
      if (failure !== null) return;
      settleWith(error);
      // One that still waits for a connection has no controller yet.
      controller?.abort(error);
    };
    const onAbort = (): void => {
      if (effect === 'may-write' || failure !== null) return;
      const error = new SubgraphHttpError(`Subgraph "${name}": nobody waits any more.`, 'ECANCELED');
      if (cutOff === 'at-once') fail(error);
      else settleWith(error);
    };

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(of) {
        controller = of;
        if (failure !== null) of.abort(failure);
      },
      onResponseStart(of, statusCode, { 'content-encoding': encoding }) {
        if (failure !== null) return of.abort(failure);
        // 1xx comes before the answer.
        if (statusCode < 200) return;
        status = statusCode;
        // None was asked for. A small answer that expands to a large one would pass the limit.
        if (encoding !== undefined && encoding !== 'identity') {
          fail(new SubgraphHttpError(`Subgraph "${name}" answered in a content-encoding.`, 'EENCODING'));
        }
      },
      onResponseData(_, chunk) {
        length += chunk.length;
        if (failure !== null) return;
        if (length <= maxBytes) chunks.push(chunk);
        else fail(new SubgraphHttpError(`Subgraph "${name}" answered over ${maxBytes} bytes.`, 'EMSGSIZE'));
      },
      onResponseEnd() {
        if (failure !== null || status === null) return;
        settle();
        resolve({ status, text: textOf(chunks, length) });
      },
      onResponseError(_, error) {
        controller = null;
        // While planning kept the event loop busy, the subgraph may have given up the connection that was used.
        if (failure === null && status === null && wasCutOff(error) && repetitions-- > 0) {
          // undici is still about to leave the lost connection.
          queueMicrotask(send);
        } else fail(error);
      },
    };
    const send = (): void => {
      if (failure !== null) return;
      const bytes = Buffer.from(body);
      const all = ['content-length', String(bytes.length), ...headers];
      // Where an HTTP/2 peer says that it began nothing, undici sends a call again, but never one with a stream.
      const sent = effect === 'reads' ? bytes : Readable.from(bytes);
      dispatcher.dispatch({ origin, path, method: 'POST', headers: all, body: sent }, handler);
    };

    const timer = setTimeout(
      () =>
        fail(
          new SubgraphHttpError(`Subgraph "${name}": timeout, no answer in ${timeoutMs} ms.`, 'ETIMEDOUT'),
        ),
      timeoutMs,
    );
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted === true) onAbort();
    send();
  });
}

/** Of sockets, and of HTTP/2 sessions that were given up. */
const CUT_OFF: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'UND_ERR_INFO', 'ECONNRESET', 'EPIPE']);

/** Whether a call lost its connection before an answer came. Time-outs and refused connections are something else. */
function wasCutOff(error: Error): boolean {
  return 'code' in error && CUT_OFF.has(error.code);
}

/** Decoded as a whole: a character may stand in two chunks. */
function textOf(chunks: readonly Buffer[], length: number): string {
  const [only] = chunks;
  const text = (chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length)).toString();
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
