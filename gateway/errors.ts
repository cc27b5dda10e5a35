import { GraphQLError, type ASTNode, type GraphQLErrorOptions } from 'graphql';

/** What an error code is answered with, `null` for a field's error in an otherwise successful answer, and what it means. */
export type ErrorEntry = readonly [status: number | null, meaning: string];

/**
 * Every code that Sudare itself gives in `extensions.code`, with its HTTP status (DESIGN §8). Codes of Apollo
 * Server (`GRAPHQL_PARSE_FAILED`, `GRAPHQL_VALIDATION_FAILED`, `BAD_USER_INPUT`, …) keep their meaning.
 */
export const ERRORS = {
  UNAUTHENTICATED: [401, 'No valid identity: send a bearer token, or `x-client-id` in `--dev`.'],
  CLIENT_UNKNOWN: [403, 'The client is not in the policy’s registry.'],
  PURPOSE_UNKNOWN: [403, 'The declared purpose is not one of the policy’s, or cannot be declared.'],
  PURPOSE_NOT_PERMITTED: [403, 'The client or its token may not declare this purpose.'],
  PURPOSE_CONFLICT: [400, 'The header and the operation’s `@usedFor` declare different purposes.'],
  PURPOSE_NOT_OBJECTABLE: [400, 'A mutation objects to a purpose that the policy lets nobody object to.'],
  RECIPIENT_REQUIRED: [400, 'The client serves several recipients: name one with `x-recipient`.'],
  RECIPIENT_NOT_PERMITTED: [403, 'The client does not serve this recipient.'],
  RECIPIENT_UNKNOWN: [400, 'A mutation of consents names a recipient that the policy does not have.'],
  GROUND_UNKNOWN: [403, 'The ground is not one of the policy’s.'],
  GROUND_NOT_PERMITTED: [403, 'The client may not invoke this ground.'],
  GROUND_INCOMPLETE: [
    403,
    'A ground needs kind, reference, an expiry in the future and the subjects it names.',
  ],
  CONSENT_WRITE_FORBIDDEN: [
    403,
    'Consents are written by the verified end user for themselves, or by a client holding `consent:write`.',
  ],
  PERSONAL_ARGUMENT_REJECTED: [
    403,
    'An argument that finds or orders by personal data, which the purpose does not list under `lookups`; or personal input from a client that may not write.',
  ],
  MASKED_VALUE_WRITTEN: [400, 'A mutation would write back a value that was shown masked.'],
  OPERATION_NOT_SUPPORTED: [400, 'Subscriptions and `@defer` are not served.'],
  OPERATION_TOO_LARGE: [
    400,
    'The document has more tokens, selections, levels, aliases, root fields or directives than the gateway takes; see `docs/limits.md`.',
  ],
  OPERATION_TOO_COSTLY: [
    400,
    'The operation has too many ways to be fetched, or planning it took too long before.',
  ],
  OPERATION_NOT_TRUSTED: [
    403,
    'The gateway answers documents of its list alone, and this is none of them, or is not for this purpose.',
  ],
  INPUT_TOO_LARGE: [400, 'An argument or variable holds too long a list, or is nested too deeply.'],
  RATE_LIMITED: [
    429,
    'The client asks too often, or for too much that had to be planned; `Retry-After` says when to come again.',
  ],
  DEADLINE_EXCEEDED: [
    504,
    'There was no answer in the time that the gateway, or the client’s `x-request-timeout`, allows. A mutation may have taken effect.',
  ],
  REQUEST_INVALID: [
    400,
    'The HTTP request is not a GraphQL request; 403 to 431 where HTTP has a word for why.',
  ],
  PERSONAL_DATA_REJECTED: [null, 'The field may not be shown, and has no constant that could stand for it.'],
  SUBGRAPH_ERROR: [
    null,
    'A subgraph gave no answer, or one with errors; the gateway’s log holds their kind, known codes, and paths by the keys that subgraphs are asked by.',
  ],
  GATEWAY_ERROR: [500, 'The gateway failed; nothing personal was shown. The log holds the reason.'],
} as const satisfies Readonly<Record<string, ErrorEntry>>;

export type ErrorCode = keyof typeof ERRORS;

/**
 * An error in words of ours, which name what was expected and quote nothing.
 *
 * INVARIANT: nothing else that is thrown while a request is answered is told in its own words
 * (test/leaks/subgraphErrors.test.ts): a library's may quote what was asked or found.
 */
export class Refusal extends GraphQLError {
  readonly note: RefusalNote;

  constructor(message: string, options: GraphQLErrorOptions, note: RefusalNote = {}) {
    super(message, options);
    this.note = note;
  }
}

/** What those who watch are told of a refusal, and its client is not. */
export interface RefusalNote {
  /** The client, where it was identified. */
  readonly client?: string | null;
  /** What was wrong, in words of ours. */
  readonly why?: string;
}

/** What HTTP says beside a refusal: a status in place of the code's own, and headers. */
export interface RefusalHttp {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Builds the error that refuses a whole request.
 *
 * @param message names what was expected and what to do; never a value that a caller or subgraph sent.
 */
export function refusal(
  code: ErrorCode,
  message: string,
  http: RefusalHttp = {},
  note: RefusalNote = {},
): Refusal {
  const status = http.status ?? ERRORS[code][0];
  const headers = http.headers === undefined ? {} : { headers: new Map(Object.entries(http.headers)) };
  const extensions = status === null ? { code } : { code, http: { status, ...headers } };
  return new Refusal(message, { extensions }, note);
}

/** What HTTP says beside a refusal, by what `refusal` was given. */
export function httpOf({ extensions: { http } }: Refusal): {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
} {
  const given = typeof http === 'object' && http !== null ? http : {};
  return {
    status: 'status' in given && typeof given.status === 'number' ? given.status : 500,
    headers: 'headers' in given && given.headers instanceof Map ? given.headers : new Map(),
  };
}

/**
 * Builds the error for values that do not have their types, with Apollo Server's code for it.
 *
 * @param message one of those that `withoutValues` knows; others are told in general words.
 */
export function badUserInput(message: string, nodes?: ASTNode): Refusal {
  return new Refusal(message, {
    ...(nodes === undefined ? {} : { nodes }),
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}
