import { readOwn } from './readOwn.ts';
import type { SetShape, ValueShape } from './shape.ts';
import { createSlots } from './slots.ts';
import { typeShapeOf } from './typeShapeOf.ts';

/** Every subject whose permission the answer depends on, each once. Values that no question guards add none. */
export function collectSubjects(data: unknown, root: SetShape): ReadonlySet<string> {
  const subjects = new Set<string>();
  const slots = createSlots();

  const visitObject = (object: unknown, set: SetShape): void => {
    if (typeof object !== 'object' || object === null) return;
    const shape = typeShapeOf(set, object);
    if (shape === null) return;
    for (const scope of shape.scopes) slots.enter(scope, object);
    for (const field of shape.fields) {
      if (field.kind !== 'data') continue;
      if (field.guard !== null) {
        const { verdict } = field.guard;
        if (verdict.effect === 'deny') continue;
        // A ground and the subject's own access do not rest on consent, so they do not wait for it either.
        const restsOnConsent = verdict.basis !== 'ground' && verdict.basis !== 'self';
        for (const slot of restsOnConsent ? field.guard.slots : []) {
          for (const subject of (slot === null ? null : slots.ids(slot)) ?? []) subjects.add(subject);
        }
      }
      if (holdsObjects(field.type)) visitValue(readOwn(object, field.fetchKey), field.type);
    }
  };

  const visitValue = (value: unknown, type: ValueShape): void => {
    if (value === null || value === undefined) return;
    if (type.kind === 'object') visitObject(value, type.set);
    else if (type.kind === 'list' && Array.isArray(value))
      for (const item of value) visitValue(item, type.item);
  };

  visitObject(data, root);
  return subjects;
}

function holdsObjects(type: ValueShape): boolean {
  return type.kind === 'list' ? holdsObjects(type.item) : type.kind === 'object';
}
