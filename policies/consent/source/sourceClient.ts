import { Agent, request, type Dispatcher } from 'undici';
import { ConsentUnavailableError } from './source.ts';

/**
 * Options of `createSourceClient`.
 * `timeoutMs`: of one piece of work. `dispatcher`: of undici, to share connections; closed by its owner.
 */
export interface SourceClientOptions {
  readonly timeoutMs: number;
  readonly dispatcher?: Dispatcher;
}

/** One HTTP request to a consent source. */
export interface SourceRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An HTTP answer: its status, and its JSON where the status is 200, else `null`. */
export interface SourceReply {
  readonly status: number;
  readonly json: unknown;
}

/** Calls a consent source by HTTP. */
export interface SourceClient {
  /**
   * Does `work`, which may call several times, within the time-out and until `signal` aborts.
   *
   * @throws ConsentUnavailableError and nothing else.
   */
  readonly within: <T>(
    signal: AbortSignal | undefined,
    work: (call: (request: SourceRequest) => Promise<SourceReply>) => Promise<T>,
  ) => Promise<T>;
  readonly close: () => Promise<void>;
}

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** Statuses by which a server says that the question is wrong, and not that it cannot answer. */
const QUESTION_STATUSES: ReadonlySet<number> = new Set([400, 413, 414, 422]);

/** A client for one source. It follows no redirect: what it sends is for the configured server alone. */
export function createSourceClient({ timeoutMs, dispatcher }: SourceClientOptions): SourceClient {
  // Idle connections end before the usual server's five seconds, so that few calls meet a closing socket.
  // Tried: with Node 24.21, cutting off calls of HTTP/2 can leave the process in a loop for ever.
  const own =
    dispatcher === undefined
      ? new Agent({ keepAliveTimeout: 4_000, keepAliveMaxTimeout: 4_000, allowH2: false })
      : null;
  const by = dispatcher ?? own;

  async function callOnce(
    { url, method, headers, body: sent }: SourceRequest,
    signal: AbortSignal,
  ): Promise<SourceReply> {
    const { statusCode, body } = await request(url, {
      method,
      ...(by === null ? {} : { dispatcher: by }),
      signal,
      headers,
      ...(sent === undefined ? {} : { body: sent }),
    });
    if (statusCode === 200) return { status: 200, json: parseJson(await textOf(body)) };
    // Unread, it would keep its connection.
    await body.dump();
    return { status: statusCode, json: null };
  }

  async function call(sent: SourceRequest, signal: AbortSignal): Promise<SourceReply> {
    try {
      return await callOnce(sent, signal);
    } catch (error) {
      // A re-used connection may be closed by the server just as we write to it; reading again is harmless.
      if (!isConnectionReset(error)) throw error;
      return await callOnce(sent, signal);
    }
  }

  return {
    within: async (signal, work) => {
      const limit = AbortSignal.timeout(timeoutMs);
      const both = signal === undefined ? limit : AbortSignal.any([limit, signal]);
      try {
        return await work(async (sent) => await call(sent, both));
      } catch (error) {
        if (error instanceof ConsentUnavailableError) throw error;
        if (limit.aborted) {
          throw new ConsentUnavailableError(`The consent source did not answer within ${timeoutMs} ms.`, {
            cause: error,
          });
        }
        if (signal?.aborted === true) {
          throw new ConsentUnavailableError('The read of the consent source was given up.', {
            cause: error,
            fault: 'question',
          });
        }
        throw new ConsentUnavailableError('The consent source could not be reached.', { cause: error });
      }
    },
    close: async () => await own?.destroy(),
  };
}

/** The error of an answer whose status does not say that all is well. */
export function badStatus(status: number): ConsentUnavailableError {
  return new ConsentUnavailableError(`The consent source answered HTTP ${status}.`, {
    fault: QUESTION_STATUSES.has(status) ? 'question' : 'source',
  });
}

async function textOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    size += part.length;
    // Leaving the loop cuts the connection off.
    if (size > MAX_ANSWER_BYTES) {
      throw new ConsentUnavailableError(`The consent source answered more than ${MAX_ANSWER_BYTES} bytes.`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse quotes the text in its message, which may hold personal values.
    throw new ConsentUnavailableError('The consent source answered something that is not JSON.');
  }
}

function isConnectionReset(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}
