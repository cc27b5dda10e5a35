import { Pool } from 'undici';
import { z } from 'zod';
import type { TokenKeys } from './tokenKeys.ts';

/** One request by a client with a token. */
export interface SoakRequest {
  readonly query: string;
  readonly client: string;
  readonly purpose?: string;
}

const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({
        path: z.array(z.union([z.string(), z.number()])).default([]),
        extensions: z.object({ code: z.string().default('') }).default({ code: '' }),
      }),
    )
    .default([]),
});

/** What came of a request. `problem`: there was no answer with status 200. Times by `performance.now()`. */
export interface SoakAnswer extends z.infer<typeof answer> {
  readonly began: number;
  readonly ended: number;
  readonly problem: string | null;
  readonly text: string;
}

/** Sends requests; never throws. */
export interface SoakClient {
  readonly send: (request: SoakRequest) => Promise<SoakAnswer>;
  /** Resolves once all that was sent before has been answered, or has failed. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** How long a client has patience. */
const TIMEOUT_MS = 30_000;

/** Creates a client of a balancer or a gateway. */
export function createClient(url: string, keys: TokenKeys): SoakClient {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: 64 });
  const underWay = new Set<Promise<SoakAnswer>>();

  async function answerTo({ query, client, purpose }: SoakRequest): Promise<SoakAnswer> {
    const token = await keys.tokenOf(client);
    // Before anything is sent: no gateway can have seen it earlier.
    const began = performance.now();
    const failed = (problem: string): SoakAnswer => ({
      began,
      ended: performance.now(),
      problem,
      text: '',
      errors: [],
    });
    try {
      const { statusCode, body } = await pool.request({
        path: pathname,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
          ...(purpose === undefined ? {} : { 'x-purpose': purpose }),
        },
        body: JSON.stringify({ query }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await body.text();
      const ended = performance.now();
      if (statusCode !== 200) return failed(`status ${String(statusCode)}: ${text.slice(0, 200)}`);
      return { began, ended, problem: null, text, ...answer.parse(JSON.parse(text)) };
    } catch (error) {
      return failed(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    }
  }

  return {
    async send(given) {
      const answering = answerTo(given);
      underWay.add(answering);
      return await answering.finally(() => underWay.delete(answering));
    },
    settled: async () => void (await Promise.all(underWay)),
    close: async () => await pool.destroy(),
  };
}
