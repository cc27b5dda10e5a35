import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { getOperationAST, OperationTypeNode, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { setImmediate } from 'node:timers/promises';
import type { LRUCache } from 'lru-cache';
import type { Caller } from '../../policies/caller.ts';
import { refusal } from '../errors.ts';
import type { PlanningGuard } from '../limits/planningGuard.ts';
import { conditionsOf, conditionVariables, settleConditions } from './conditions.ts';
import { prepare, type Prepared, type PrepareInput } from './prepare.ts';
import { profileKey } from './profile.ts';
import { watchedOf } from '../watch/watchedOf.ts';

/** A generation's prepared operations, with what they are prepared from. */
export interface PreparedStore extends PrepareInput {
  readonly prepared: LRUCache<string, Prepared>;
  /** `conditionVariables` of documents: the server keeps those that come often, and here they are not read again. */
  readonly conditionNames: WeakMap<DocumentNode, readonly string[]>;
  /** Bounds how long planning holds up everybody. */
  readonly planning: PlanningGuard;
}

/**
 * The prepared operation of a request: kept per document, operation name, profile and outcome of its `@skip` and
 * `@include` conditions, the least recently used given up first.
 *
 * INVARIANT: prepared operations are kept per profile (test/leaks/preparedCache.test.ts).
 *
 * @param variables coerced, by the client's names.
 * @param granted fields that everybody whom they are about permits; see `planOperation`.
 * @throws refusals (`OPERATION_NOT_SUPPORTED`, `OPERATION_TOO_LARGE`, `OPERATION_TOO_COSTLY`, `RATE_LIMITED`) and
 * whatever the planner throws.
 */
export async function preparedFor(
  store: PreparedStore,
  requestContext: GatewayGraphQLRequestContext,
  caller: Caller,
  variables: Readonly<Record<string, unknown>>,
  granted: ReadonlySet<string> = NOTHING,
): Promise<Prepared> {
  const { queryHash, document, operation, operationName } = requestContext;
  const watched = watchedOf(requestContext);
  refuseSubscription(operation);
  const conditions = conditionsOf(conditionNames(store, document), variables);
  const key = JSON.stringify([
    queryHash,
    operationName,
    profileKey(caller),
    Object.values(conditions),
    [...granted].sort(),
  ]);
  const known = store.prepared.get(key);
  if (known !== undefined) {
    watched.kept();
    return known;
  }
  const settled = settleConditions(document, conditions);
  const chosen = getOperationAST(settled, operationName) ?? operation;
  const named = JSON.stringify([queryHash, operationName]);
  const prepared = watched.making(() =>
    store.planning.run(named, caller.client, () => prepare(store, settled, chosen, caller, { granted })),
  );
  store.prepared.set(key, prepared);
  // Planning holds up the event loop: connections that ended meanwhile must be seen to end before one is used.
  await setImmediate();
  return prepared;
}

function conditionNames({ conditionNames: known }: PreparedStore, document: DocumentNode): readonly string[] {
  let names = known.get(document);
  if (names === undefined) known.set(document, (names = conditionVariables(document)));
  return names;
}

const NOTHING: ReadonlySet<string> = new Set();

/** @throws a refusal with `OPERATION_NOT_SUPPORTED`. */
export function refuseSubscription({ operation }: OperationDefinitionNode): void {
  if (operation !== OperationTypeNode.SUBSCRIPTION) return;
  throw refusal('OPERATION_NOT_SUPPORTED', 'Subscriptions are not served; send a query or a mutation.');
}
