import { isCompositeType, Kind, type FieldNode, type GraphQLSchema, type SelectionNode } from 'graphql';
import type { CompiledField } from '../prepare/compileShape.ts';
import type { Prepared } from '../prepare/prepare.ts';
import { possibleTypes } from '../prepare/selections.ts';
import type { DataShape, ScopeShape, SetShape, ValueShape } from '../project/shape.ts';

/** Where a scope of data subjects is read: on which type, and where its objects stand in the answer. */
export interface ScopePlace {
  readonly type: string;
  readonly at: string;
  readonly scope: ScopeShape;
}

/** One field on one concrete type in one place of the answer. */
export interface FieldPlace {
  readonly compiled: CompiledField;
  /** Concrete type of the object that holds it. */
  readonly type: string;
  readonly path: string;
  /** Whether the planned operation asks for it there. */
  readonly asked: boolean;
  /** By slot. */
  readonly scopes: ReadonlyMap<number, ScopePlace>;
  /** The outermost field around it that is always denied, else the nearest that may be; `null`: none. */
  readonly within: Within | null;
}

export interface Within {
  readonly coordinate: string;
  /** Whoever it is about. */
  readonly denied: boolean;
}

/** Concrete types in all places together: abstract types within each other multiply. */
const MAX_OBJECTS = 50_000;

/**
 * Walks a prepared operation's shape through every concrete type that can stand in each place, as projection does,
 * beside the operation that was planned for it. Compiling happens on the way, so `compiled` fills while this runs.
 *
 * @param compiled what the shape's compiler has told of, by the shape that it made.
 * @throws an Error where there are too many places to tell of.
 */
export function explainPlaces(
  { shape, plan }: Pick<Prepared, 'shape' | 'plan'>,
  compiled: ReadonlyMap<DataShape, CompiledField>,
): readonly FieldPlace[] {
  const places: FieldPlace[] = [];
  const scopes = new Map<number, ScopePlace>();
  let objects = 0;

  const walk = (set: SetShape, asked: readonly SelectionNode[], at: string, within: Within | null): void => {
    for (const typename of set.possible) {
      const typeShape = set.of(typename);
      if (typeShape === null) continue;
      objects += 1;
      if (objects > MAX_OBJECTS) {
        throw new Error(
          'The operation can hold too many combinations of types to explain; send it in parts.',
        );
      }
      for (const scope of typeShape.scopes) scopes.set(scope.slot, { type: typename, at, scope });
      const planned = selectedOn(plan.graphqlSchema, typename, asked);
      for (const field of typeShape.fields) {
        const found = field.kind === 'data' ? compiled.get(field) : undefined;
        if (field.kind !== 'data' || found === undefined) continue;
        const path = `${at === '' ? '' : `${at}.`}${field.responseKey}`;
        const selections = planned.filter((node) => (node.alias ?? node.name).value === field.fetchKey);
        places.push({ compiled: found, type: typename, path, asked: selections.length > 0, scopes, within });
        const below = setOf(field.type);
        if (below === null) continue;
        const beneath = selections.flatMap((node) => node.selectionSet?.selections ?? []);
        walk(below.set, beneath, `${path}${below.lists}`, inner(field, within, scopes));
      }
    }
  };
  walk(shape, plan.operation.selectionSet.selections, '', null);
  return places;
}

/** Whether no subject can be found behind a guard, whatever the data. */
export function isUnresolvable(
  slots: readonly (number | null)[],
  scopes: ReadonlyMap<number, ScopePlace>,
): boolean {
  return (
    slots.length === 0 ||
    slots.some((slot) => {
      const place = slot === null ? undefined : scopes.get(slot);
      return place === undefined || place.scope.paths.some(({ keys }) => keys === null);
    })
  );
}

/** By which one of the client's own selections is known in its document. */
export function positionOf({ loc }: FieldNode): number {
  return loc?.start ?? -1;
}

/** The fields of a planned selection set that hold for a concrete type. */
function selectedOn(
  schema: GraphQLSchema,
  typename: string,
  selections: readonly SelectionNode[],
): readonly FieldNode[] {
  return selections.flatMap((selection): readonly FieldNode[] => {
    if (selection.kind === Kind.FIELD) return [selection];
    // The planned operation spreads no fragments.
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    const type = schema.getType(selection.typeCondition?.name.value ?? typename);
    const holds = isCompositeType(type) && possibleTypes(schema, type).some(({ name }) => name === typename);
    return holds ? selectedOn(schema, typename, selection.selectionSet.selections) : [];
  });
}

function inner(
  { guard, coordinate }: DataShape,
  around: Within | null,
  scopes: ReadonlyMap<number, ScopePlace>,
): Within | null {
  if (guard === null || around?.denied === true) return around;
  return {
    coordinate,
    denied: guard.verdict.effect === 'deny' || isUnresolvable(guard.slots, scopes),
  };
}

/** The object's shape at the end of lists, with `[]` for each. */
function setOf(type: ValueShape): { readonly set: SetShape; readonly lists: string } | null {
  if (type.kind === 'leaf') return null;
  if (type.kind === 'object') return { set: type.set, lists: '' };
  const below = setOf(type.item);
  return below === null ? null : { set: below.set, lists: `[]${below.lists}` };
}
