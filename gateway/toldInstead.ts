import { GraphQLError } from 'graphql';
import { ERRORS, Refusal, refusal, type ErrorCode } from './errors.ts';
import { FAILED } from './knownMessages.ts';
import type { Log } from './log.ts';

/**
 * What a client is told of something thrown while its request was answered. Only refusals are told as they are; what
 * else has one of their codes, such as what an `identify` of one's own throws, is told in the code's own words, and
 * everything else is a failure.
 */
export function toldInstead(error: unknown, log: Log): Refusal {
  if (error instanceof Refusal) return error;
  const code = error instanceof GraphQLError ? error.extensions['code'] : undefined;
  if (isOwn(code)) return refusal(code, ERRORS[code][1]);
  log.failure('request failed', error);
  return refusal('GATEWAY_ERROR', FAILED);
}

function isOwn(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code);
}
