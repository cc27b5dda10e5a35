import { LRUCache } from 'lru-cache';
import { refusal } from '../errors.ts';
import type { Limits } from './limits.ts';
import { rateLimited } from './rateLimit.ts';
import { slidingWindow } from './slidingWindow.ts';

/** Bounds the time that planning takes from everybody. */
export interface PlanningGuard {
  /**
   * Runs `plan`, unless the operation or its client has taken too long before.
   *
   * @param operation a key that is the operation's own, such as a hash.
   * @throws refusals (`OPERATION_TOO_COSTLY`, `RATE_LIMITED`), and what `plan` throws.
   */
  readonly run: <T>(operation: string, client: string, plan: () => T) => T;
}

/** How long, and how many, operations are remembered that took too long. */
const REFUSED_MS = 600_000;
const MAX_REFUSED = 10_000;

const BUDGET_WINDOW_MS = 60_000;

/** What the planner says where it has too many ways to choose from, in version 2.14. */
const TOO_MANY = /^(?:Too many options generated for |Number of non-local selections exceeds limit of )/;

/**
 * Creates the guard. Planning is one synchronous call that cannot be broken off: how long one takes is bounded by the
 * limits on documents and paths, and here, how often that happens. A plan that took too long is given to the request
 * that waited for it, and kept; once it is given up, the operation is refused.
 *
 * @param now in ms, never going back.
 */
export function createPlanningGuard(
  limits: Pick<Limits, 'planningMs' | 'planningBudgetMs'>,
  now: () => number = () => performance.now(),
): PlanningGuard {
  const slow = new LRUCache<string, true>({
    max: MAX_REFUSED,
    ttl: REFUSED_MS,
    perf: { now },
    ttlResolution: 0,
  });
  const budget = slidingWindow({ limit: limits.planningBudgetMs, windowMs: BUDGET_WINDOW_MS, now });
  return {
    run(operation, client, plan) {
      if (slow.get(operation) === true) {
        throw refusal(
          'OPERATION_TOO_COSTLY',
          'Planning this operation took too long before; send it in parts.',
        );
      }
      const wait = budget.look(client);
      if (wait !== 0) throw rateLimited(wait, 'Too much was planned for this client');
      const from = now();
      try {
        return plan();
      } catch (error) {
        if (!(error instanceof Error && TOO_MANY.test(error.message))) throw error;
        slow.set(operation, true);
        throw refusal(
          'OPERATION_TOO_COSTLY',
          'There are too many ways to fetch this operation; send it in parts.',
        );
      } finally {
        const took = now() - from;
        budget.add(client, took);
        if (took > limits.planningMs) slow.set(operation, true);
      }
    },
  };
}
