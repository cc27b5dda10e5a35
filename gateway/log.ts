import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { CONTEXT_ERROR_CODES } from '../policies/context/contextError.ts';
import { ERRORS } from './errors.ts';
import type { SubgraphError } from './execute/executor.ts';
import { KNOWN_MESSAGES } from './knownMessages.ts';
import { executionMessage } from './withoutValues.ts';

/** What the gateway writes to its log. */
export interface Log {
  /** A subgraph failed for one request. */
  subgraphError(error: SubgraphError, traceId: string): void;
  /** Something failed that should not have. */
  readonly failure: (event: string, error: unknown, details?: Details) => void;
  /** A problem whose error has words of ours: about schemas, files and servers, never about people. */
  readonly refused: (event: string, error: unknown, details?: Details) => void;
  info(event: string, details?: Details): void;
}

/** What else there is to know: numbers and words of ours. */
export type Details = Readonly<Record<string, unknown>>;

/**
 * Creates the log.
 *
 * INVARIANT: neither a subgraph's words nor an error's message are written, since both may quote what was asked
 * or found (test/leaks/logs.test.ts): known kinds and codes, names of the schema and paths are, and what graphql-js
 * says in a subgraph, without values.
 */
export function createLog(logger: Logger): Log {
  return {
    subgraphError(error, traceId) {
      logger.warn(
        {
          traceId,
          subgraph: error.subgraph,
          path: error.path,
          ...kindOf(error.cause),
          ...wordsOf(error.cause),
        },
        'subgraph error',
      );
    },
    failure(event, error, details = {}) {
      logger.error({ ...kindOf(error), ...details }, event);
    },
    refused(event, error, details = {}) {
      logger.error({ problem: error instanceof Error ? error.message : String(error), ...details }, event);
    },
    info(event, details = {}) {
      logger.info(details, event);
    },
  };
}

/** What kind of failure it was, by names and codes alone. */
function kindOf(error: unknown): { readonly error: string; readonly code?: string; readonly at?: string } {
  // What a subgraph's JSON said is no error of any kind, but the one that was made of it is.
  const original: unknown = error instanceof GraphQLError ? error.originalError : undefined;
  const cause = original instanceof Error ? original : error;
  const code = codeOf(cause) ?? codeOf(cause instanceof Error ? cause.cause : undefined);
  const name = cause instanceof Error ? nameOf(cause) : typeof cause;
  const at = cause instanceof Error ? placeOf(cause) : undefined;
  return { error: name, ...(code === undefined ? {} : { code }), ...(at === undefined ? {} : { at }) };
}

/** What a GraphQL library of a subgraph says about executing. */
function wordsOf(error: unknown): { readonly problem?: string } {
  const problem = error instanceof GraphQLError ? executionMessage(error.message) : undefined;
  return problem === undefined ? {} : { problem };
}

/** A class's name; anything may be written into an error's. */
function nameOf({ name }: Error): string {
  return /^[A-Z][A-Za-z]{0,60}(?:Error|Exception|Failure)$|^Error$/.test(name) ? name : 'Error';
}

/** A function and a file of this machine or of Node. */
const FRAME = /^at (?:[\w.$<>[\] ]{1,100} \()?(?:file:\/\/|node:|\/)[^"'\s()]{1,300}:\d+:\d+\)?$/;

/** The first stack frame, which names a place in the code. A message may hold lines that look like one. */
function placeOf({ message, stack = '' }: Error): string | undefined {
  const header = stack.indexOf(message);
  const frame = header < 0 ? undefined : /^\n\s+(at .+)/.exec(stack.slice(header + message.length))?.[1];
  return frame !== undefined && FRAME.test(frame) ? frame : undefined;
}

/** Codes that say what kind of failure it was. Others may be anything that a subgraph found fit to write there. */
const CODES: ReadonlySet<string> = new Set([
  ...Object.keys(ERRORS),
  ...KNOWN_MESSAGES.keys(),
  ...CONTEXT_ERROR_CODES,
  'DOWNSTREAM_SERVICE_ERROR',
  'FORBIDDEN',
  'NOT_FOUND',
  'INTERNAL_ERROR',
  'TIMEOUT',
  'RATE_LIMITED',
]);

/** Of Node, its HTTP parser, undici and jose. */
const SYSTEM_CODE = /^(?:E[A-Z]{3,14}|E[A-Z]+_[A-Z_]{1,40}|(?:ERR|HPE|UND_ERR)_[A-Z\d_]{1,60})$/;

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') {
    const isSystem = error instanceof Error && !(error instanceof GraphQLError);
    if (CODES.has(error.code) || (isSystem && SYSTEM_CODE.test(error.code))) return error.code;
  }
  return 'extensions' in error ? codeOf(error.extensions) : undefined;
}
