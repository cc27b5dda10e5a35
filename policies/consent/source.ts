import { Agent, request, type Dispatcher } from 'undici';
import { z } from 'zod';
import type { ConsentState } from './state.ts';

/**
 * Where consent states come from: the system of record behind the cache.
 * `read` answers for exactly the subjects asked, in their order, as they stand in one snapshot taken after
 * the call began; it throws `ConsentUnavailableError` and nothing else.
 */
export interface ConsentSource {
  readonly read: (subjects: readonly string[], signal?: AbortSignal) => Promise<SourceAnswer>;
  readonly close: () => Promise<void>;
}

/** `leaseMs`: how long the states may be kept, counted from before they were read; 0: not at all. */
export interface SourceAnswer {
  readonly leaseMs: number;
  readonly states: readonly ConsentState[];
}

/** The consent of some subject cannot be known now. The message names no subject. */
export class ConsentUnavailableError extends Error {
  override readonly name = 'ConsentUnavailableError';
}

/**
 * Options of `createGraphqlConsentSource`.
 * `url`: where the consent source protocol is spoken, http or https.
 * `headers`: asked for before each call, e.g. to sign it.
 * `timeoutMs`: of one call. `dispatcher`: of undici, to share connections; closed by its owner.
 */
export interface GraphqlConsentSourceOptions {
  readonly url: string;
  readonly headers?: () => Record<string, string> | Promise<Record<string, string>>;
  readonly timeoutMs: number;
  readonly dispatcher?: Dispatcher;
}

/** The consent source protocol's one query. */
export const CONSENT_STATES_QUERY = `query ConsentStates($subjects: [ID!]!) {
  _consentStates(subjects: $subjects) {
    leaseMs
    states {
      subject suspended lastServiceUse collectionMethods reference
      entries { purpose recipient state at expiresAt }
    }
  }
}`;

/** Subjects in one call; more are asked for in several. The consent subgraph refuses more. */
export const MAX_SUBJECTS_PER_CALL = 1_000;

const MAX_PARALLEL_CALLS = 4;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** Text that may stand in a record as it is. */
const reference = z.string().regex(/^[\w-]{16,64}$/);

const answerSchema = z.object({
  errors: z.array(z.unknown()).max(0).optional(),
  data: z.object({
    _consentStates: z.object({
      leaseMs: z.int().min(0),
      states: z.array(
        z.object({
          subject: z.string(),
          suspended: z.boolean(),
          lastServiceUse: time.nullable(),
          collectionMethods: z.array(z.string()),
          entries: z.array(
            z.object({
              purpose: z.string().min(1),
              recipient: z.string().min(1).nullable(),
              state: z.enum(['GIVEN', 'REFUSED', 'WITHDRAWN', 'OBJECTED']),
              at: time,
              expiresAt: time.nullable(),
            }),
          ),
          reference: reference.nullish().transform((text) => text ?? null),
        }),
      ),
    }),
  }),
});

/**
 * A consent source that speaks the consent source protocol (GraphQL over HTTP POST).
 * Throws `TypeError` for a URL that is not http or https.
 */
export function createGraphqlConsentSource(options: GraphqlConsentSourceOptions): ConsentSource {
  const url = URL.parse(options.url);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new TypeError('The consent URL must be an absolute http:// or https:// URL.');
  }
  // Idle connections end before the usual server's five seconds, so that few calls meet a closing socket.
  const limits = { keepAliveTimeout: 4_000, keepAliveMaxTimeout: 4_000, maxResponseSize: MAX_ANSWER_BYTES };
  // Tried: with Node 24.21, cutting off calls of HTTP/2 can leave the process in a loop for ever.
  const own = options.dispatcher === undefined ? new Agent({ ...limits, allowH2: false }) : null;
  const dispatcher = options.dispatcher ?? own;

  async function call(subjects: readonly string[], signal: AbortSignal): Promise<SourceAnswer> {
    const { statusCode, body } = await request(options.url, {
      method: 'POST',
      ...(dispatcher === null ? {} : { dispatcher }),
      signal,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(await options.headers?.()),
      },
      body: JSON.stringify({ query: CONSENT_STATES_QUERY, variables: { subjects } }),
    });
    const text = await body.text();
    if (statusCode !== 200)
      throw new ConsentUnavailableError(`The consent source answered HTTP ${statusCode}.`);
    return checked(subjects, text);
  }

  async function callOnceMore(subjects: readonly string[], signal: AbortSignal): Promise<SourceAnswer> {
    try {
      return await call(subjects, signal);
    } catch (error) {
      // A re-used connection may be closed by the server just as we write to it; reading again is harmless.
      if (!isConnectionReset(error)) throw error;
      return await call(subjects, signal);
    }
  }

  return {
    read: async (subjects, signal) => {
      const limit = AbortSignal.timeout(options.timeoutMs);
      const both = signal === undefined ? limit : AbortSignal.any([limit, signal]);
      try {
        return await inBatches(subjects, async (batch) => await callOnceMore(batch, both));
      } catch (error) {
        if (error instanceof ConsentUnavailableError) throw error;
        throw new ConsentUnavailableError(
          limit.aborted
            ? `The consent source did not answer within ${options.timeoutMs} ms.`
            : 'The consent source could not be reached.',
          { cause: error },
        );
      }
    },
    close: async () => await own?.destroy(),
  };
}

// INVARIANT: an answer that does not match the question in number, order, subjects and types is an error,
// never a permission. Test: test/policies/consent/source.test.ts, "refuses an answer".
function checked(subjects: readonly string[], text: string): SourceAnswer {
  const parsed = answerSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const at = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new ConsentUnavailableError(`The consent source's answer does not follow the protocol at "${at}".`);
  }
  const answer = parsed.data.data._consentStates;
  const sameOrder =
    answer.states.length === subjects.length &&
    answer.states.every((state, index) => state.subject === subjects[index]);
  if (!sameOrder) {
    throw new ConsentUnavailableError(
      'The consent source must answer for the subjects asked, in their order.',
    );
  }
  return answer;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse quotes the text in its message, which may hold personal values.
    throw new ConsentUnavailableError('The consent source answered something that is not JSON.');
  }
}

async function inBatches(
  subjects: readonly string[],
  call: (batch: readonly string[]) => Promise<SourceAnswer>,
): Promise<SourceAnswer> {
  if (subjects.length <= MAX_SUBJECTS_PER_CALL) return await call(subjects);
  const answers: SourceAnswer[] = [];
  const stride = MAX_SUBJECTS_PER_CALL * MAX_PARALLEL_CALLS;
  for (let start = 0; start < subjects.length; start += stride) {
    const batches: (readonly string[])[] = [];
    const end = Math.min(start + stride, subjects.length);
    for (let from = start; from < end; from += MAX_SUBJECTS_PER_CALL) {
      batches.push(subjects.slice(from, Math.min(from + MAX_SUBJECTS_PER_CALL, end)));
    }
    answers.push(...(await Promise.all(batches.map(call))));
  }
  return {
    leaseMs: Math.min(...answers.map((answer) => answer.leaseMs)),
    states: answers.flatMap((answer) => answer.states),
  };
}

function isConnectionReset(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}
