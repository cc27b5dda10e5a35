import { GraphQLError } from 'graphql';
import type { FieldRules } from '../../directives/fieldRule.ts';
import type { SubgraphError } from '../execute/executor.ts';
import type { Decide } from './decider.ts';
import type { MaskedEntry } from './maskedReport.ts';
import { readOwn } from './readOwn.ts';
import type { ResponsePath } from './project.ts';
import type { SetShape, TypeShape, ValueShape } from './shape.ts';
import { createSlots } from './slots.ts';
import { typeShapeOf } from './typeShapeOf.ts';

/** What telling a client about subgraph errors depends on. */
export interface ClientErrorsInput {
  readonly data: unknown;
  readonly root: SetShape;
  readonly rules: FieldRules;
  readonly decide: Decide;
  /** What the answer does not show. */
  readonly masked: readonly MaskedEntry[];
  /** Names of subgraphs whose errors are told in their own words, for development. */
  readonly openSubgraphs: ReadonlySet<string>;
}

/** Where a subgraph error shows in the client's answer: its paths, nowhere in particular (none), or not at all. */
type Places = readonly ResponsePath[] | 'nowhere';

/**
 * Rebuilds subgraph errors for the client: at the client's own paths, in words of ours.
 *
 * INVARIANT: an error under a denied field is dropped, since a failure tells of the value
 * (test/gateway/project/clientErrors.test.ts). Where it cannot be known whether the field is denied, it is: one that
 * stands at no field is told only where the answer shows everything, or where no value can have caused it.
 */
export function clientErrors(errors: readonly SubgraphError[], input: ClientErrorsInput): GraphQLError[] {
  const shown = new Map<string, GraphQLError>();
  for (const error of errors) {
    const places = error.path === null ? [] : locate(error.path, input);
    if (places === 'nowhere' || (places.length === 0 && !tellsNothing(error, input))) continue;
    for (const path of places.length === 0 ? [undefined] : places) {
      const original = originalOf(error, input.openSubgraphs);
      const key = JSON.stringify([error.subgraph, path, original?.message]);
      if (!shown.has(key)) shown.set(key, subgraphError(error.subgraph, path, original));
    }
  }
  return [...shown.values()];
}

/** Whether an error that stands at no field may be told all the same. */
function tellsNothing({ from }: SubgraphError, { masked }: ClientErrorsInput): boolean {
  return from === 'call' || masked.length === 0;
}

/** A subgraph's own words, where they were asked for. */
function originalOf({ subgraph, cause }: SubgraphError, open: ReadonlySet<string>): Error | undefined {
  if (subgraph === null || !open.has(subgraph)) return undefined;
  return cause instanceof Error ? cause : new Error(String(cause));
}

function subgraphError(
  subgraph: string | null,
  path: ResponsePath | undefined,
  original: Error | undefined,
): GraphQLError {
  const message =
    subgraph === null
      ? 'A subgraph answered in a shape that its schema does not have.'
      : `Subgraph "${subgraph}" gave no answer, or one with errors.`;
  return new GraphQLError(original?.message ?? message, {
    path,
    extensions: {
      code: 'SUBGRAPH_ERROR',
      ...(subgraph === null ? {} : { serviceName: subgraph }),
      ...(original instanceof GraphQLError ? { original: original.extensions } : {}),
    },
  });
}

/**
 * Follows a path of the fetched data through the answer's shape. One fetched field may stand under several keys of
 * the client's, and below a null it may be of any type that is possible there.
 */
function locate(path: ResponsePath, { data, root, rules, decide }: ClientErrorsInput): Places {
  const slots = createSlots();
  const places: ResponsePath[] = [];

  /** Whether the error may be told; its places are gathered on the way. */
  const inObject = (object: unknown, set: SetShape, at: number, client: ResponsePath): boolean => {
    const key = path[at];
    if (key === undefined) return place(client);
    const isObject = typeof object === 'object' && object !== null;
    const shapes = isObject ? [typeShapeOf(set, object)] : set.possible.map((typename) => set.of(typename));
    for (const shape of shapes) {
      if (shape === null) return false;
      let selected = false;
      for (const scope of shape.scopes) slots.enter(scope, object);
      for (const field of shape.fields) {
        if (field.kind !== 'data' || field.fetchKey !== String(key)) continue;
        selected = true;
        const { guard } = field;
        if (guard !== null && (!isObject || decide(guard, slots).effect === 'deny')) return false;
        const value = readOwn(object, field.fetchKey);
        if (!inValue(value, field.type, at + 1, [...client, field.responseKey])) return false;
      }
      // Fetched for the planner or for subjects, not for the client: told only if it is known to be nothing personal,
      // which of what is below another object it is not.
      const isBelow = path.slice(at + 1).some((step) => typeof step === 'string' && step !== '@');
      if (!selected && (isBelow || rules.field(shape.type, fieldName(String(key))) !== null)) return false;
    }
    return true;
  };

  /** Whether an error about a whole object is about more than what is denied of it. */
  const isOfShown = (object: unknown, set: SetShape): boolean => {
    if (object === UNKNOWN) return set.possible.every((typename) => !isGuarded(set.of(typename)));
    const shape = typeof object === 'object' && object !== null ? typeShapeOf(set, object) : null;
    if (shape === null) return true;
    for (const scope of shape.scopes) slots.enter(scope, object);
    const fields = shape.fields.filter((field) => field.kind === 'data');
    const isDenied = ({ guard }: (typeof fields)[number]): boolean =>
      guard !== null && decide(guard, slots).effect === 'deny';
    if (!fields.some(isDenied)) return true;
    return fields.some((field) => !isDenied(field) && (readOwn(object, field.fetchKey) ?? null) === null);
  };

  const inValue = (value: unknown, type: ValueShape, at: number, client: ResponsePath): boolean => {
    const step = path[at];
    if (type.kind === 'leaf') return place(client);
    if (step === undefined) return (type.kind === 'list' || isOfShown(value, type.set)) && place(client);
    if (type.kind === 'object') return inObject(value ?? null, type.set, at, client);
    if (typeof step === 'number') {
      const item: unknown = Array.isArray(value) ? (value as readonly unknown[])[step] : null;
      return inValue(item, type.item, at + 1, [...client, step]);
    }
    // An error about every item names none, and what is below may be denied for some.
    const known = places.length;
    const told = inValue(UNKNOWN, type.item, at + 1, client);
    if (places.length > known) places.splice(known, places.length, client);
    return told;
  };

  const place = (client: ResponsePath): boolean => {
    if (client.length > 0) places.push(client);
    return true;
  };

  return inObject(data, root, 0, []) ? places : 'nowhere';
}

/** Stands for a row that an error does not name. */
const UNKNOWN: unique symbol = Symbol('unknown');

function isGuarded(shape: TypeShape | null): boolean {
  return shape?.fields.some((field) => field.kind === 'data' && field.guard !== null) ?? false;
}

/** The planner gives fields that would clash in a subgraph another alias than ours. */
function fieldName(key: string): string {
  return key.replace(/__alias_\d+$/, '');
}
