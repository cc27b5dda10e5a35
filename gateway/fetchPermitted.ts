import { OperationTypeNode } from 'graphql';
import type { Decision } from '../policies/decision.ts';
import type { SubgraphError } from './execute/executor.ts';
import type { Prepared } from './prepare/prepare.ts';
import type { Decide } from './project/decider.ts';
import { decideTogether } from './project/decideTogether.ts';

/** One run of a prepared operation, with the consent states of all whom its answer is about. */
export interface Fetch {
  readonly prepared: Prepared;
  readonly data: unknown;
  readonly errors: readonly SubgraphError[];
  readonly decide: Decide;
}

/** What fetching depends on: one request. */
export interface FetchInput {
  readonly prepared: Prepared;
  /** Runs a prepared operation and asks the subjects found. */
  readonly run: (prepared: Prepared) => Promise<Omit<Fetch, 'prepared'>>;
  /** The same operation with fields that everybody whom they are about permits: `Type.field`. */
  readonly withGranted: (granted: ReadonlySet<string>) => Promise<Prepared>;
}

/**
 * Fetches what may be shown to somebody.
 *
 * Fields that cannot be fetched apart from what other people decide about (see `splitFetch`) are left out at
 * first. They are about everybody whom they would be fetched together with: once the consents of all are known
 * and all permit, the operation is fetched anew with them. A mutation runs once, so there they stay denied.
 *
 * INVARIANT: a field that is not fetched apart is fetched only if nobody denies it
 * (test/leaks/isolation.test.ts).
 */
export async function fetchPermitted({ prepared, run, withGranted }: FetchInput): Promise<Fetch> {
  const isQuery = prepared.operation.operation === OperationTypeNode.QUERY;
  const granted = new Set<string>();
  let fetched: Fetch = { prepared, ...(await run(prepared)) };
  for (;;) {
    const { withheld, shape } = fetched.prepared;
    const decisions = decideTogether(fetched.data, shape, withheld, fetched.decide);
    const permitted = [...decisions].filter(([, { effect }]) => effect === 'allow');
    if (permitted.length === 0 || !isQuery) return withoutWithheld(fetched, decisions);

    for (const [coordinate] of permitted) granted.add(coordinate);
    const next = await withGranted(new Set(granted));
    const again: Fetch = { prepared: next, ...(await run(next)) };
    const anew = decideTogether(again.data, next.shape, granted, again.decide);
    // Somebody who denies may have come meanwhile: then the answer that holds less is given.
    if ([...anew.values()].some(({ effect }) => effect === 'deny')) {
      return withoutWithheld(fetched, new Map([...decisions, ...anew]));
    }
    fetched = again;
  }
}

/** What was not fetched is denied to all alike, for the reason that holds for the strictest of them. */
function withoutWithheld(fetched: Fetch, decisions: ReadonlyMap<string, Decision>): Fetch {
  const { withheld } = fetched.prepared;
  if (withheld.size === 0) return fetched;
  return {
    ...fetched,
    decide: (guard, slots) => {
      const { coordinate } = guard.report;
      if (!withheld.has(coordinate)) return fetched.decide(guard, slots);
      const decision = decisions.get(coordinate);
      return decision?.effect === 'deny' ? decision : { effect: 'deny', reason: 'SUBJECT_UNRESOLVED' };
    },
  };
}
