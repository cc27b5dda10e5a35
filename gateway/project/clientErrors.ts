import { GraphQLError } from 'graphql';
import type { FieldRules } from '../../directives/fieldRule.ts';
import type { SubgraphError } from '../execute/executor.ts';
import type { Decide } from './decider.ts';
import { readOwn } from './readOwn.ts';
import type { DataShape, SetShape, TypeShape, ValueShape } from './shape.ts';
import { createSlots } from './slots.ts';
import { typeShapeOf } from './typeShapeOf.ts';

/** What telling a client about subgraph errors depends on. */
export interface ClientErrorsInput {
  readonly data: unknown;
  readonly root: SetShape;
  readonly rules: FieldRules;
  readonly decide: Decide;
}

/** Where a subgraph error shows: at a path, nowhere in particular, or not at all. */
type Place =
  | { readonly kind: 'at'; readonly path: readonly (string | number)[] }
  | { readonly kind: 'somewhere' }
  | { readonly kind: 'nowhere' };

/**
 * Rebuilds subgraph errors for the client: at the client's own paths, in words of ours.
 *
 * INVARIANT: an error under a denied field is dropped, since a failure tells of the value
 * (test/gateway/project/clientErrors.test.ts). Where it cannot be known whether the field is denied, it is.
 */
export function clientErrors(errors: readonly SubgraphError[], input: ClientErrorsInput): GraphQLError[] {
  const shown = new Map<string, GraphQLError>();
  for (const error of errors) {
    const place: Place = error.path === null ? { kind: 'somewhere' } : locate(error.path, input);
    if (place.kind === 'nowhere') continue;
    const path = place.kind === 'at' && place.path.length > 0 ? place.path : undefined;
    const key = JSON.stringify([error.subgraph, path]);
    if (!shown.has(key)) shown.set(key, subgraphError(error.subgraph, path));
  }
  return [...shown.values()];
}

function subgraphError(
  subgraph: string | null,
  path: readonly (string | number)[] | undefined,
): GraphQLError {
  const message =
    subgraph === null ? 'A subgraph could not be reached.' : `Subgraph "${subgraph}" answered with an error.`;
  return new GraphQLError(message, {
    path,
    extensions: { code: 'SUBGRAPH_ERROR', ...(subgraph === null ? {} : { serviceName: subgraph }) },
  });
}

function locate(path: readonly (string | number)[], { data, root, rules, decide }: ClientErrorsInput): Place {
  const slots = createSlots();
  const clientPath: (string | number)[] = [];
  let object: unknown = data;
  let set: SetShape = root;
  let known: number | null = null;
  const found = (): Place => ({ kind: 'at', path: clientPath.slice(0, known ?? clientPath.length) });
  for (let at = 0; at < path.length;) {
    const shape =
      typeof object === 'object' && object !== null ? typeShapeOf(set, object) : typeShapeByName(set);
    if (shape === null) return { kind: 'nowhere' };
    for (const scope of shape.scopes) slots.enter(scope, object);

    const key = String(path[at++]);
    const field = shape.fields.find(
      (each): each is DataShape => each.kind === 'data' && each.fetchKey === key,
    );
    // Fetched for the planner or for subjects, not for the client: told only if nothing personal is about it.
    if (field === undefined) return { kind: rules.field(shape.type, key) === null ? 'somewhere' : 'nowhere' };
    if (field.guard !== null && (object === null || decide(field.guard, slots).effect === 'deny')) {
      return { kind: 'nowhere' };
    }
    clientPath.push(field.responseKey);

    let value = readOwn(object, key) ?? null;
    let type: ValueShape = field.type;
    while (type.kind === 'list' && at < path.length) {
      const index = path[at++];
      type = type.item;
      if (typeof index === 'number') {
        clientPath.push(index);
        value = (Array.isArray(value) ? (value as readonly unknown[])[index] : null) ?? null;
      } else {
        // An error about every item names none, and what is below may be denied for some.
        known ??= clientPath.length;
        value = null;
      }
    }
    if (type.kind !== 'object') return found();
    set = type.set;
    object = value;
  }
  return found();
}

/** Below a null there is no object to tell the type by. */
function typeShapeByName(set: SetShape): TypeShape | null {
  return set.only === null ? null : set.of(set.only);
}
