import type { Decision } from '../../policies/decision.ts';
import { strictest } from '../../policies/strictest.ts';
import type { Decide } from './decider.ts';
import { readOwn } from './readOwn.ts';
import type { DataShape, SetShape, ValueShape } from './shape.ts';
import { createSlots } from './slots.ts';
import { typeShapeOf } from './typeShapeOf.ts';

/** What is decided about. */
export interface DecideTogetherInput {
  readonly data: unknown;
  readonly shape: SetShape;
  readonly decide: Decide;
  /** Fields on the way to subject ids, `Type.field`: what is below them is fetched together with them. */
  readonly subjectFields: ReadonlySet<string>;
  /** Fields that the planner may fetch for itself, `Type.field`: neither are they fetched apart from what is below. */
  readonly neededFields: ReadonlySet<string>;
}

/**
 * One decision for each of some fields, `Type.field`, wherever they stand in the answer: the strictest for all
 * whom they are about. A field that stands nowhere in it has none.
 *
 * INVARIANT: what is below a denied object decides nothing, or it would show what is there
 * (test/leaks/isolationInRounds.test.ts). It may fail there: such an object is nullable or fetched apart. One that is
 * neither, since the planner needs it, is always there, so that what is below decides without showing it.
 */
export function decideTogether(
  { data, shape: root, decide, subjectFields, neededFields }: DecideTogetherInput,
  coordinates: ReadonlySet<string>,
): ReadonlyMap<string, Decision> {
  const decisions = new Map<string, Decision>();
  const slots = createSlots();

  const isAlwaysThere = ({ coordinate, type }: DataShape): boolean =>
    neededFields.has(coordinate) && type.kind === 'object' && type.nonNull;

  const visitField = (object: object, field: DataShape): void => {
    const { guard, coordinate } = field;
    if (guard !== null) {
      const here = decide(guard, slots);
      if (coordinates.has(coordinate)) {
        const known = decisions.get(coordinate);
        decisions.set(coordinate, known === undefined ? here : strictest([known, here]));
      }
      if (here.effect === 'deny' && !subjectFields.has(coordinate) && !isAlwaysThere(field)) return;
    }
    visitValue(readOwn(object, field.fetchKey), field.type);
  };

  const visitValue = (value: unknown, type: ValueShape): void => {
    if (value === null || value === undefined || type.kind === 'leaf') return;
    if (type.kind === 'object') visitObject(value, type.set);
    else if (Array.isArray(value)) for (const item of value) visitValue(item, type.item);
  };

  const visitObject = (object: unknown, set: SetShape): void => {
    if (typeof object !== 'object' || object === null) return;
    const shape = typeShapeOf(set, object);
    if (shape === null) return;
    for (const scope of shape.scopes) slots.enter(scope, object);
    for (const field of shape.fields) if (field.kind === 'data') visitField(object, field);
  };

  visitObject(data, root);
  return decisions;
}
