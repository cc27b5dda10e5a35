import type { Closure } from './demands.ts';
import { isPersonalKeyOf, keysIn } from './demands.ts';
import {
  fieldOf,
  fieldsOf,
  isLeaf,
  possibleObjects,
  type FieldModel,
  type Model,
  type ObjectModel,
} from './model.ts';

/**
 * Coordinates of personal fields that a gateway may not be able to fetch apart from others, and then must deny to
 * all whom it is asked about if it denies it to one: non-null, and not always found by a key that is not personal.
 * Which of them it can depends on the plan, of which the oracle knows nothing.
 */
export function fetchedTogether(model: Model, closure: Closure): ReadonlySet<string> {
  const found = new Set<string>();
  const inline = belowSteady(model, closure);
  for (const object of model.objects.values()) {
    for (const field of fieldsOf(model, object)) {
      const isPersonal = closure.field(object.name, field.name) !== null || inline.has(object.name);
      const isFragile = field.type.nonNull[0] === true && isPersonal;
      const isSteady = closure.subjectFields.has(`${object.name}.${field.name}`);
      if (isFragile && !isSteady && !isFoundByKey(model, closure, object, field)) {
        found.add(`${object.name}.${field.name}`);
      }
    }
  }
  return found;
}

/** Value types below personal objects that are a part of keys or lead to subject ids: these are fetched in any case. */
function belowSteady(model: Model, closure: Closure): ReadonlySet<string> {
  const found = new Set<string>();
  const addBelow = (type: string, name: string): void => {
    const named = fieldOf(model, type, name)?.type.named ?? '';
    for (const object of isLeaf(model, named) ? [] : possibleObjects(model, named)) {
      if (object.kind !== 'value' || found.has(object.name)) continue;
      found.add(object.name);
      for (const field of fieldsOf(model, object)) addBelow(object.name, field.name);
    }
  };
  for (const coordinate of closure.steady) {
    const [type = '', name = ''] = coordinate.split('.');
    if (closure.field(type, name) !== null) addBelow(type, name);
  }
  return found;
}

/** Whether every subgraph that gives a field can be asked for it by a key of fields that are not personal. */
function isFoundByKey(model: Model, closure: Closure, object: ObjectModel, field: FieldModel): boolean {
  if (object.kind !== 'entity' || field.externals.size > 0 || field.owners.size === 0) return false;
  return [...field.owners].every((subgraph) => {
    const keys = object.homes.has(subgraph) ? keysIn(object, subgraph) : ['id'];
    return keys.some((key) => !isPersonalKeyOf(model, closure, object, key));
  });
}

/** Whether an operation may be refused, since what cannot be fetched apart from others is fetched all the same. */
export function mayBeNeeded(model: Model, together: ReadonlySet<string>): boolean {
  return isAskedOfAll(model, together) || isRequired(model, together);
}

/** An interface that a subgraph knows as one object is asked for a field of all its types, whatever each has it as. */
function isAskedOfAll(model: Model, together: ReadonlySet<string>): boolean {
  return [...model.objects.values()].some(
    (object) =>
      [...object.interfaces].some((name) => model.interfaces.get(name)?.objectIn !== null) &&
      fieldsOf(model, object).some((field) => together.has(`${object.name}.${field.name}`)),
  );
}

function isRequired(model: Model, together: ReadonlySet<string>): boolean {
  return [...model.objects.values()].some((object) =>
    [...object.fields.values()].some(({ requires }) =>
      (requires?.paths ?? []).some((path) => {
        let holder = object.name;
        return path.some((step) => {
          const coordinate = `${holder}.${step}`;
          holder = fieldOf(model, holder, step)?.type.named ?? '';
          return together.has(coordinate);
        });
      }),
    ),
  );
}
