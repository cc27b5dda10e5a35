import { Pool } from 'undici';
import { z } from 'zod';
import type { Gateway } from './world.ts';

/** One GraphQL request of a client. */
export interface ClientRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly client: string;
  readonly purpose?: string;
  readonly recipient?: string | null;
}

/** What came of a request: an answer with its times, or none. */
export type Called =
  | {
      readonly kind: 'answered';
      readonly began: number;
      readonly ended: number;
      readonly status: number;
      readonly text: string;
    }
  | { readonly kind: 'unanswered'; readonly began: number };

/** Sends requests to one gateway. */
export interface Caller {
  readonly gateway: Gateway;
  /** Never throws. */
  readonly call: (request: ClientRequest) => Promise<Called>;
  readonly close: () => Promise<void>;
}

/** How long a client has patience. */
const TIMEOUT_MS = 12_000;
const CONNECTIONS = 32;

/** Connections of clients to a gateway. */
export function createCaller(gateway: Gateway): Caller {
  const { origin, pathname } = new URL(gateway.url);
  const pool = new Pool(origin, { connections: CONNECTIONS });
  return {
    gateway,
    call: async ({ query, variables, client, purpose, recipient = null }) => {
      // Taken before anything is sent and after all has come: the gateway's own times lie between.
      const began = performance.now();
      try {
        const { statusCode, body } = await pool.request({
          path: pathname,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'x-client-id': client,
            ...(purpose === undefined ? {} : { 'x-purpose': purpose }),
            ...(recipient === null ? {} : { 'x-recipient': recipient }),
          },
          body: JSON.stringify({ query, variables }),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        const text = await body.text();
        return { kind: 'answered', began, ended: performance.now(), status: statusCode, text };
      } catch {
        return { kind: 'unanswered', began };
      }
    },
    close: async () => await pool.destroy(),
  };
}

const error = z.object({ message: z.string(), extensions: z.object({ code: z.string() }) });
const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(error).default([]),
  extensions: z
    .object({
      privacy: z
        .object({
          masked: z.array(
            z.object({ path: z.string(), rows: z.array(z.string()), reason: z.string().default('') }),
          ),
        })
        .optional(),
    })
    .default({}),
});

/** A well-formed answer of a gateway. */
export type Answer = z.infer<typeof answer>;

/** Reads an answer; a text for what is none. */
export function readAnswer(text: string): Answer | string {
  try {
    return answer.parse(JSON.parse(text));
  } catch {
    return `not an answer of a gateway: ${text.slice(0, 500)}`;
  }
}
