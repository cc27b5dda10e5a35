import type { ScopeShape } from './shape.ts';
import { subjectIds, type SubjectIds } from './subjectIds.ts';

/**
 * Whom the values at hand are about, while an answer's data is walked: each scope's object as it was last
 * entered. Ids are read when first asked for, so that subjects whose permission nothing needs are not looked up.
 */
export interface Slots {
  enter(scope: ScopeShape, object: unknown): void;
  /** `null` for a slot that was not entered: unresolved. */
  ids(slot: number): SubjectIds;
}

/** Creates the slots of one walk. */
export function createSlots(): Slots {
  const entered: (Entered | undefined)[] = [];
  return {
    enter(scope, object) {
      const entry = entered[scope.slot];
      if (entry === undefined) {
        entered[scope.slot] = { scope, object, ids: undefined };
        return;
      }
      entry.scope = scope;
      entry.object = object;
      entry.ids = undefined;
    },
    ids(slot) {
      const entry = entered[slot];
      if (entry === undefined) return null;
      if (entry.ids === undefined) entry.ids = subjectIds(entry.object, entry.scope);
      return entry.ids;
    },
  };
}

interface Entered {
  scope: ScopeShape;
  object: unknown;
  /** `undefined`: not read yet. */
  ids: SubjectIds | undefined;
}
