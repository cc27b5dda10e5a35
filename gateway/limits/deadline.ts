import { refusal } from '../errors.ts';

/** The header by which a client shortens the time for its answer, and subgraphs are told how much is left: in ms. */
export const TIMEOUT_HEADER = 'x-request-timeout';

/** When an answer is due. */
export interface Deadline {
  /** Aborted when it has passed, or `cancel` was called: nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Ms that are left; 0 once it has passed. */
  readonly left: () => number;
  /** What `work` gives by then. @throws a refusal (`DEADLINE_EXCEEDED`), also where `work` ended too late. */
  readonly within: <T>(work: Promise<T>) => Promise<T>;
  /** Nobody waits any more: the client has left. */
  readonly cancel: () => void;
  /** The answer is there: nothing is aborted any more. */
  readonly settle: () => void;
}

/**
 * Starts a deadline.
 *
 * @param asked the header's value, if there is one.
 * @throws a refusal (`REQUEST_INVALID`) for a header that is no whole number of ms.
 */
export function startDeadline(limitMs: number, asked: string | undefined): Deadline {
  const ms = Math.min(limitMs, askedMs(asked));
  const due = performance.now() + ms;
  const controller = new AbortController();
  const { promise: passed, reject } = Promise.withResolvers<never>();
  // It may pass while nobody waits.
  passed.catch(() => undefined);
  const timer = setTimeout(() => {
    controller.abort();
    reject(exceeded());
  }, ms);
  return {
    signal: controller.signal,
    left: () => Math.max(0, due - performance.now()),
    async within(work) {
      const done = await Promise.race([work, passed]);
      // The timer may be late where planning kept everybody waiting.
      if (performance.now() >= due) throw exceeded();
      return done;
    },
    cancel() {
      clearTimeout(timer);
      controller.abort();
    },
    settle: () => clearTimeout(timer),
  };
}

function exceeded(): Error {
  return refusal('DEADLINE_EXCEEDED', 'The answer was not there in time. A mutation may have taken effect.');
}

function askedMs(asked: string | undefined): number {
  if (asked === undefined) return Infinity;
  const ms = /^\d{1,9}$/.test(asked) ? Number(asked) : 0;
  if (ms > 0) return ms;
  throw refusal('REQUEST_INVALID', `${TIMEOUT_HEADER}: expected whole milliseconds, such as 2000.`);
}
