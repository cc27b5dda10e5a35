import type { Decision } from '../../policies/decision.ts';
import type { Decide } from '../project/decider.ts';
import { readOwn } from '../project/readOwn.ts';
import type { Guard, SetShape, ValueShape } from '../project/shape.ts';
import { createSlots, type Slots } from '../project/slots.ts';
import { typeShapeOf } from '../project/typeShapeOf.ts';

/** Visits every guarded value of an answer with its decision, as `project` does, and builds nothing. */
export function eachDecision(
  data: unknown,
  root: SetShape,
  decide: Decide,
  visit: (guard: Guard, decision: Decision, slots: Slots) => void,
): void {
  const slots = createSlots();

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
    for (const field of shape.fields) {
      if (field.kind !== 'data') continue;
      const { guard } = field;
      if (guard !== null) {
        const decision = decide(guard, slots);
        visit(guard, decision, slots);
        if (decision.effect === 'deny') continue;
      }
      visitValue(readOwn(object, field.fetchKey), field.type);
    }
  };

  visitObject(data, root);
}
