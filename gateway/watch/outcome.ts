import { ERRORS } from '../errors.ts';
import { KNOWN_MESSAGES } from '../knownMessages.ts';

/**
 * What became of a request: `OK`, `PARTIAL` (data, and errors of single fields), `CLIENT_LEFT` (nobody waited for the
 * answer any more), or the code of its first error. One of a fixed list: anything else is `OTHER`.
 */
export type Outcome = string;

/** All kinds of outcomes. */
export const OUTCOME_KINDS = Object.freeze(['ok', 'partial', 'refused', 'failed'] as const);

/** `refused`: for something that the client can change; `failed`: for something that it cannot. */
export type OutcomeKind = (typeof OUTCOME_KINDS)[number];

/** A GraphQL answer, as far as its outcome goes. */
export interface Answered {
  readonly data?: unknown;
  readonly errors?:
    readonly { readonly extensions?: Readonly<Record<string, unknown>> | undefined }[] | undefined;
}

/** The outcome of an answer. */
export function outcomeOf({ data, errors = [] }: Answered): Outcome {
  if (errors.length === 0) return 'OK';
  return data === null || data === undefined ? outcomeOfCode(errors[0]?.extensions?.['code']) : 'PARTIAL';
}

/**
 * The outcome that is named by an error's code, which may be anything.
 *
 * INVARIANT: an outcome is one of a fixed list, whatever was thrown or answered (test/gateway/watch/outcome.test.ts).
 */
export function outcomeOfCode(code: unknown): Outcome {
  const isKnown = typeof code === 'string' && (Object.hasOwn(ERRORS, code) || KNOWN_MESSAGES.has(code));
  return isKnown ? code : 'OTHER';
}

/** The kind of an outcome that was answered with an HTTP status. */
export function outcomeKind(outcome: Outcome, status: number): OutcomeKind {
  if (outcome === 'OK') return 'ok';
  if (outcome === 'PARTIAL') return 'partial';
  if (status >= 500 || FAULTS.has(outcome)) return 'failed';
  // Apollo Server has this code also for what it refuses with a status of its own.
  return outcome === 'INTERNAL_SERVER_ERROR' && status < 400 ? 'failed' : 'refused';
}

/**
 * Outcomes that are no client's fault, whatever HTTP says: GraphQL answers 200 where a subgraph that is down leaves no
 * data. Whose fault `OTHER` is nobody knows, so somebody should look.
 */
const FAULTS: ReadonlySet<Outcome> = new Set(['SUBGRAPH_ERROR', 'GATEWAY_ERROR', 'OTHER']);
