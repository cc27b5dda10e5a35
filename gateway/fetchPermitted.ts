import { OperationTypeNode } from 'graphql';
import type { Decision } from '../policies/decision.ts';
import type { SubgraphError } from './execute/executor.ts';
import type { Prepared } from './prepare/prepare.ts';
import type { StandsBelow } from './prepare/standsBelow.ts';
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
  /** Fields on the way to subject ids, `Type.field`; see `subjectFields`. */
  readonly subjectFields: ReadonlySet<string>;
  /** Fields that the planner may fetch for itself, `Type.field`; see `keyFields` and `inputFields`. */
  readonly neededFields: ReadonlySet<string>;
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
export async function fetchPermitted(input: FetchInput): Promise<Fetch> {
  const { prepared, subjectFields, neededFields, run, withGranted } = input;
  const isQuery = prepared.operation.operation === OperationTypeNode.QUERY;
  const granted = new Set<string>();
  let fetched: Fetch = { prepared, ...(await run(prepared)) };
  for (;;) {
    if (fetched.prepared.withheld.size === 0) return fetched;
    const { withheld, shape, below } = fetched.prepared;
    const decisions = decideTogether({ ...fetched, shape, subjectFields, neededFields }, withheld);
    const permitted = [...decisions].flatMap(([each, { effect }]) => (effect === 'allow' ? [each] : []));
    const next = isQuery ? decidedEverywhere(permitted, granted, below) : [];
    if (next.length === 0) return withoutWithheld(fetched, decisions);

    for (const coordinate of next) granted.add(coordinate);
    const more = await withGranted(new Set(granted));
    const again: Fetch = { prepared: more, ...(await run(more)) };
    const anew = decideTogether({ ...again, shape: more.shape, subjectFields, neededFields }, granted);
    // Somebody who denies may have come meanwhile: then the answer that holds less is given.
    if ([...anew.values()].some(({ effect }) => effect === 'deny')) {
      return withoutWithheld(fetched, new Map([...decisions, ...anew]));
    }
    fetched = again;
  }
}

/**
 * Of fields that are permitted wherever they were found, those that can stand nowhere else: what is below a field that
 * is not fetched yet may be about somebody who denies, and its failure would null it before anybody is asked. So what
 * stands further up is fetched first, and what stands below itself never.
 */
function decidedEverywhere(
  permitted: readonly string[],
  granted: ReadonlySet<string>,
  below: StandsBelow,
): readonly string[] {
  const known = permitted.filter((each) => {
    const found = below.get(each);
    return found !== undefined && !found.has(each) && [...found].every((under) => !granted.has(under));
  });
  return known.filter((each) => !known.some((above) => below.get(above)?.has(each) === true));
}

/** What was not fetched is denied to all alike, for the reason that holds for the strictest of them. */
function withoutWithheld(fetched: Fetch, decisions: ReadonlyMap<string, Decision>): Fetch {
  const { withheld } = fetched.prepared;
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
