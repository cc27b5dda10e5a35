import { readOwn } from './readOwn.ts';
import type { SetShape, ValueShape } from './shape.ts';
import { createSlots } from './slots.ts';
import { typeShapeOf } from './typeShapeOf.ts';

/**
 * Every subject whose permission the answer depends on, each once. Values that no question guards add none, and
 * only what holds such values is visited.
 */
export function collectSubjects(data: unknown, root: SetShape): ReadonlySet<string> {
  const subjects = new Set<string>();
  const slots = createSlots();

  const visitObject = (object: unknown, set: SetShape): void => {
    if (typeof object !== 'object' || object === null) return;
    const shape = typeShapeOf(set, object);
    if (shape === null) return;
    const { slots: asked, below } = shape.asking();
    for (const scope of shape.scopes) slots.enter(scope, object);
    for (const slot of asked) for (const subject of slots.ids(slot) ?? NOBODY) subjects.add(subject);
    for (const field of below) visitValue(readOwn(object, field.fetchKey), field.type);
  };

  const visitValue = (value: unknown, type: ValueShape): void => {
    if (type.kind === 'object') visitObject(value, type.set);
    else if (type.kind === 'list' && Array.isArray(value))
      for (const item of value) visitValue(item, type.item);
  };

  visitObject(data, root);
  return subjects;
}

const NOBODY: readonly never[] = Object.freeze([]);
