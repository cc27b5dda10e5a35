import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Identify } from '../callers/caller.ts';
import { refusal } from '../errors.ts';
import { seldom } from '../seldom.ts';
import type { Limits } from './limits.ts';
import { openSharedWindow } from './sharedWindow.ts';
import { slidingWindow } from './slidingWindow.ts';

/** A limit on how often each client asks. */
export interface RateLimit {
  /** Identifies, then counts, so that what nobody's token says counts for nobody. @throws `RATE_LIMITED` beside. */
  readonly limited: (identify: Identify) => Identify;
  readonly close: () => void;
}

/** Options of `openRateLimit`. */
export interface RateLimitOptions {
  readonly limits: Pick<Limits, 'rateRequests' | 'rateWindowMs'>;
  /** `null`: each gateway counts by itself. */
  readonly redisUrl: string | null;
  /** How long a request waits for Redis to count it, in ms; default 100. */
  readonly redisTimeoutMs?: number;
  readonly logger: Pick<Logger, 'warn'>;
}

const SAID_EVERY_MS = 10_000;

/**
 * Opens the limit. Requests are counted in Redis for all gateways together. Where it is away, or slow, each gateway
 * counts by itself with the same limit: so many gateways, so many times the limit, until Redis is back.
 *
 * INVARIANT: a request is counted somewhere, whatever becomes of Redis (test/gateway/limits/rateLimit.test.ts).
 */
export function openRateLimit(options: RateLimitOptions): RateLimit {
  const { limits, redisUrl, redisTimeoutMs = 100, logger } = options;
  const window = { limit: limits.rateRequests, windowMs: limits.rateWindowMs };
  const local = slidingWindow(window);
  const failed = seldom(SAID_EVERY_MS, (error, unsaid) =>
    logger.warn(
      { problem: error instanceof Error ? error.message : 'unknown failure', unsaid },
      'requests are counted by each gateway alone',
    ),
  );
  const shared =
    redisUrl === null
      ? null
      : openSharedWindow({ redisUrl, ...window, timeoutMs: redisTimeoutMs, onError: failed });
  return {
    limited: (identify) => async (headers, peer) => {
      const claims = await identify(headers, peer);
      const key = keyOf(claims.client ?? '');
      const wait = (await shared?.take(key)) ?? local.take(key);
      if (wait !== 0) throw rateLimited(wait, 'The client asks too often', claims.client);
      return claims;
    },
    close: () => shared?.close(),
  };
}

/** The refusal of a client that is to come again after `waitMs`. `what`: words of ours. */
export function rateLimited(waitMs: number, what: string, client: string | null = null): Error {
  const seconds = Math.ceil(waitMs / 1_000);
  const headers = { 'retry-after': String(seconds) };
  return refusal('RATE_LIMITED', `${what}; come again in ${seconds} s.`, { headers }, { client });
}

/** A client's key in Redis: of one length, whatever the client calls itself. */
function keyOf(client: string): string {
  return `sudare:rate:${createHash('sha256').update(client).digest('base64url').slice(0, 22)}`;
}
