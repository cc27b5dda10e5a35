import { applyMask } from '../../policies/masks/applyMask.ts';
import { CONSTANT, type PseudonymKey } from '../../policies/masks/mask.ts';
import type { Caller } from '../../policies/caller.ts';
import type { Decision } from '../../policies/decision.ts';
import type { Decide } from './decider.ts';
import type { MaskedReport } from './maskedReport.ts';
import { readOwn } from './readOwn.ts';
import type { DataShape, Denial, FieldShape, Guard, SetShape, ValueShape } from './shape.ts';
import { createSlots, type Slots } from './slots.ts';
import { typeShapeOf } from './typeShapeOf.ts';

/** What projecting one answer needs besides data and shape. */
export interface ProjectInput {
  readonly caller: Caller;
  readonly decide: Decide;
  readonly report: MaskedReport;
  readonly pseudonymKey: PseudonymKey | null;
  /** Answers to the client's own `__schema` and `__type`, by response key. */
  readonly introspection: Readonly<Record<string, unknown>>;
  /** Told of each decision that was put to use, for the audit. */
  readonly onDecision: (guard: Guard, decision: Decision, slots: Slots) => void;
}

/** A path in the client's response. */
export type ResponsePath = readonly (string | number)[];

export interface Projected {
  readonly data: Record<string, unknown> | null;
  /** Denied values that have no constant: each is `null` in the data and an error at its path. */
  readonly rejected: readonly { readonly path: ResponsePath; readonly coordinate: string }[];
  /** Nulls where the schema has none, as the specification words them; not about denied values. */
  readonly nullViolations: readonly { readonly path: ResponsePath; readonly message: string }[];
}

/** Stands for a null that the position cannot hold and that goes to its parent. */
const BUBBLE: unique symbol = Symbol('bubble');

const NO_LIST: readonly never[] = Object.freeze([]);

/**
 * The one walk that builds the answer from the merged data, in the client's order: shapes, masks, then null
 * propagation. It never mutates the data and reads only what was selected.
 *
 * INVARIANT: masks come before null propagation, so that whether a denied value was null shows nowhere
 * (test/gateway/project/project.test.ts).
 */
export function project(data: unknown, root: SetShape, input: ProjectInput): Projected {
  const slots = createSlots();
  const path: (string | number)[] = [];
  const indices: number[] = [];
  const rejected: { path: ResponsePath; coordinate: string }[] = [];
  const nullViolations: { path: ResponsePath; message: string }[] = [];

  const projectObject = (object: unknown, set: SetShape): Record<string, unknown> | null | typeof BUBBLE => {
    if (typeof object !== 'object' || object === null) return null;
    const shape = typeShapeOf(set, object);
    if (shape === null) return null;
    for (const scope of shape.scopes) slots.enter(scope, object);
    const answer: Record<string, unknown> = { __proto__: null };
    for (const field of shape.fields) {
      path.push(field.responseKey);
      const value = projectField(object, field, shape.type);
      path.pop();
      if (value === BUBBLE) return null;
      answer[field.responseKey] = value;
    }
    return answer;
  };

  const projectField = (object: object, field: FieldShape, typename: string): unknown => {
    switch (field.kind) {
      case 'typename':
        return typename;
      case 'introspection':
        return field.answer === null ? null : (readOwn(input.introspection, field.answer) ?? null);
      case 'data':
        return field.guard === null
          ? complete(readOwn(object, field.fetchKey), field.type, field, null)
          : projectGuarded(object, field, field.guard);
    }
  };

  const projectGuarded = (object: object, field: DataShape, guard: Guard): unknown => {
    const decision = input.decide(guard, slots);
    input.onDecision(guard, decision, slots);
    if (decision.effect === 'deny') {
      const rejects = guard.denial.kind === 'reject';
      input.report.add(guard, decision, rejects ? 'rejected' : 'denied', indices);
      return deny(guard.denial, field.type, field);
    }
    const value = readOwn(object, field.fetchKey);
    if (decision.level === 'full') return complete(value, field.type, field, null);
    input.report.add(guard, decision, 'masked', indices);
    return complete(value, field.type, field, guard);
  };

  const deny = (denial: Denial, type: ValueShape, field: DataShape): unknown => {
    if (denial.kind === 'value') return denial.value;
    rejected.push({ path: [...path], coordinate: field.coordinate });
    return type.nonNull ? BUBBLE : null;
  };

  /** Value completion of the specification, with each leaf masked on the way where `masking` says so. */
  const complete = (value: unknown, type: ValueShape, field: DataShape, masking: Guard | null): unknown => {
    const before = rejected.length + nullViolations.length;
    const completed =
      value === null || value === undefined ? null : completeValue(value, type, field, masking);
    if (completed === BUBBLE) return BUBBLE;
    if (completed !== null || !type.nonNull) return completed;
    if (rejected.length + nullViolations.length === before) {
      nullViolations.push({ path: [...path], message: cannotReturnNull(field, type, path) });
    }
    return BUBBLE;
  };

  const completeValue = (
    value: unknown,
    type: ValueShape,
    field: DataShape,
    masking: Guard | null,
  ): unknown => {
    switch (type.kind) {
      case 'leaf':
        return masking === null ? value : masked(value, type, field, masking);
      case 'object':
        return projectObject(value, type.set);
      case 'list': {
        if (!Array.isArray(value)) return null;
        const items: unknown[] = [];
        let bubbled = false;
        for (let index = 0; index < value.length; index++) {
          path.push(index);
          indices.push(index);
          const item = complete(value[index], type.item, field, masking);
          path.pop();
          indices.pop();
          if (item === BUBBLE) bubbled = true;
          else items.push(item);
        }
        return bubbled ? null : items;
      }
    }
  };

  const masked = (
    value: unknown,
    type: Extract<ValueShape, { kind: 'leaf' }>,
    field: DataShape,
    guard: Guard,
  ): unknown => {
    const result = applyMask(guard.mask, value, type.leaf, {
      purpose: input.caller.purpose ?? '',
      recipient: input.caller.recipient,
      category: guard.mask.kind === 'mask' ? guard.mask.category : guard.report.category,
      subject: soleSubject(guard, slots),
      pseudonymKey: input.pseudonymKey,
    });
    if (result !== CONSTANT) return result;
    return deny(guard.constant, type, field);
  };

  const answer = projectObject(data, root);
  return { data: answer === BUBBLE ? null : answer, rejected, nullViolations };
}

/** The subject behind a guard where there is exactly one. */
function soleSubject(guard: Guard, slots: Slots): string | null {
  const ids = new Set(
    guard.slots.flatMap((slot) => (slot === null ? NO_LIST : (slots.ids(slot) ?? NO_LIST))),
  );
  const [first] = ids;
  return ids.size === 1 && first !== undefined ? first : null;
}

function cannotReturnNull(field: DataShape, type: ValueShape, path: ResponsePath): string {
  const last = path[path.length - 1];
  const where =
    typeof last === 'number'
      ? `array element of type ${type.name} at index ${last}`
      : `field ${field.coordinate.slice(0, field.coordinate.indexOf('.'))}.${String(last)}`;
  return `Cannot return null for non-nullable ${where}.`;
}
