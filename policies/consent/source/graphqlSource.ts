import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { inBatches } from './inBatches.ts';
import {
  checkAnswer,
  ConsentUnavailableError,
  MAX_SUBJECTS_PER_CALL,
  type ConsentSource,
  type SourceAnswer,
} from './source.ts';
import { badStatus, createSourceClient } from './sourceClient.ts';

/**
 * Options of `createGraphqlConsentSource`.
 * `url`: where the consent source protocol is spoken, http or https.
 * `headers`: asked for before each call, e.g. to sign it.
 * `timeoutMs`: of one read. `dispatcher`: of undici, to share connections; closed by its owner.
 * `keptAt`: the `place` of the cache that keeps what is read, if any.
 */
export interface GraphqlConsentSourceOptions {
  readonly url: string;
  readonly headers?: () => Record<string, string> | Promise<Record<string, string>>;
  readonly timeoutMs: number;
  readonly dispatcher?: Dispatcher;
  readonly keptAt?: () => string | null;
}

/** The header in which a gateway says where it keeps what it is told: `run_id/database` of a Redis, or `cluster`. */
export const KEPT_AT_HEADER = 'x-sudare-kept-at';

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

const BATCHES = { size: MAX_SUBJECTS_PER_CALL, parallel: 4 };

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

/** An answer by which a GraphQL server says that the arguments are wrong. */
const refusedQuestion = z.object({
  errors: z.array(z.object({ extensions: z.object({ code: z.literal('BAD_USER_INPUT') }) })).min(1),
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
  const client = createSourceClient(options);
  return {
    read: async (subjects, signal) =>
      await client.within(
        signal,
        async (call) =>
          await inBatches(subjects, BATCHES, async (batch) => {
            const { status, json } = await call({
              url: options.url,
              method: 'POST',
              headers: {
                'content-type': 'application/json',
                accept: 'application/json',
                ...keptAt(options),
                ...(await options.headers?.()),
              },
              body: JSON.stringify({ query: CONSENT_STATES_QUERY, variables: { subjects: batch } }),
            });
            if (status !== 200) throw badStatus(status);
            return checked(batch, json);
          }),
      ),
    close: client.close,
  };
}

function keptAt({ keptAt: place }: GraphqlConsentSourceOptions): Record<string, string> {
  const named = place?.() ?? null;
  return named === null ? {} : { [KEPT_AT_HEADER]: named };
}

function checked(subjects: readonly string[], json: unknown): SourceAnswer {
  const parsed = answerSchema.safeParse(json);
  if (!parsed.success) {
    const at = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new ConsentUnavailableError(
      `The consent source's answer does not follow the protocol at "${at}".`,
      {
        fault: refusedQuestion.safeParse(json).success ? 'question' : 'source',
      },
    );
  }
  return checkAnswer(subjects, parsed.data.data._consentStates);
}
