import { OperationTypeNode } from 'graphql';
import type { Decision } from '../policies/decision.ts';
import type { SubgraphError } from './execute/executor.ts';
import type { Prepared } from './prepare/prepare.ts';
import type { StandsBelow } from './prepare/standsBelow.ts';
import type { Decide } from './project/decider.ts';
import { decideTogether } from './project/decideTogether.ts';

/** What one run of a prepared operation brought. */
export interface Fetched {
  readonly prepared: Prepared;
  readonly data: unknown;
  readonly errors: readonly SubgraphError[];
}

/** What was fetched, and who is shown what of it. */
export interface Permitted extends Fetched {
  readonly decide: Decide;
  /** Fields, `Type.field`, that were fetched since everybody whom they are about permits. */
  readonly granted: ReadonlySet<string>;
  /** Decisions on those that were not fetched; one that is missing is denied. */
  readonly withheld: ReadonlyMap<string, Decision>;
}

/** What fetching depends on: one request. */
export interface FetchInput {
  readonly prepared: Prepared;
  /** Fields on the way to subject ids, `Type.field`; see `subjectFields`. */
  readonly subjectFields: ReadonlySet<string>;
  /** Fields that the planner may fetch for itself, `Type.field`; see `keyFields` and `inputFields`. */
  readonly neededFields: ReadonlySet<string>;
  /** Runs a prepared operation. */
  readonly run: (prepared: Prepared) => Promise<Omit<Fetched, 'prepared'>>;
  /** Asks all whom what was fetched is about. */
  readonly ask: (fetched: Fetched) => Promise<Decide>;
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
export async function fetchPermitted(input: FetchInput): Promise<Permitted> {
  const isQuery = input.prepared.operation.operation === OperationTypeNode.QUERY;
  let fetched = await fetchWith(input, input.prepared, NOTHING);
  for (;;) {
    const { prepared, granted } = fetched;
    if (prepared.withheld.size === 0) return fetched;
    const { withheld, below } = prepared;
    const decisions = together(input, fetched, withheld);
    const permitted = [...decisions].flatMap(([each, { effect }]) => (effect === 'allow' ? [each] : []));
    const next = isQuery ? decidedEverywhere(permitted, granted, below) : [];
    if (next.length === 0) return withoutWithheld(fetched, decisions);

    const more = new Set([...granted, ...next]);
    const again = await fetchWith(input, await input.withGranted(more), more);
    const anew = together(input, again, more);
    // Somebody who denies may have come meanwhile: then the answer that holds less is given.
    if ([...anew.values()].some(({ effect }) => effect === 'deny')) {
      const ofWithheld = [...anew].filter(([coordinate]) => withheld.has(coordinate));
      return withoutWithheld(fetched, new Map([...decisions, ...ofWithheld]));
    }
    fetched = again;
  }
}

/**
 * Decides about what was fetched by consents asked anew.
 *
 * INVARIANT: what is fetched since all permit is denied to all once one of them does not
 * (test/gateway/staleConsents.test.ts).
 */
export async function decideAnew(input: FetchInput, permitted: Permitted): Promise<Permitted> {
  const asked = { ...permitted, decide: await input.ask(permitted) };
  const denied = [...together(input, asked, permitted.granted)].filter(([, { effect }]) => effect === 'deny');
  return withoutWithheld(asked, new Map([...permitted.withheld, ...denied]));
}

const NOTHING: ReadonlySet<string> = new Set();

async function fetchWith(
  input: FetchInput,
  prepared: Prepared,
  granted: ReadonlySet<string>,
): Promise<Permitted> {
  const fetched = { prepared, ...(await input.run(prepared)) };
  return { ...fetched, decide: await input.ask(fetched), granted, withheld: new Map() };
}

function together(
  { subjectFields, neededFields }: FetchInput,
  { data, prepared: { shape }, decide }: Permitted,
  coordinates: ReadonlySet<string>,
): ReadonlyMap<string, Decision> {
  return decideTogether({ data, shape, decide, subjectFields, neededFields }, coordinates);
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

/**
 * What was not fetched is denied to all alike, for the reason that holds for the strictest of them; and so is what
 * was, where `decisions` has a denial of it.
 */
function withoutWithheld(fetched: Permitted, decisions: ReadonlyMap<string, Decision>): Permitted {
  const { withheld } = fetched.prepared;
  return {
    ...fetched,
    withheld: decisions,
    decide: (guard, slots) => {
      const { coordinate } = guard.report;
      const decision = decisions.get(coordinate);
      if (decision?.effect === 'deny') return decision;
      if (!withheld.has(coordinate)) return fetched.decide(guard, slots);
      return { effect: 'deny', reason: 'SUBJECT_UNRESOLVED' };
    },
  };
}
