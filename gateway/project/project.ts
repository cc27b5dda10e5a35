import { applyMask } from '../../policies/masks/applyMask.ts';
import { CONSTANT, type PseudonymKey } from '../../policies/masks/mask.ts';
import type { Caller } from '../../policies/caller.ts';
import type { Decision } from '../../policies/decision.ts';
import type { Decide } from './decider.ts';
import { isLeafValue } from './isLeafValue.ts';
import type { MaskedReport } from './maskedReport.ts';
import { ownRecords, type OwnRecord } from './ownRecords.ts';
import { readOwn } from './readOwn.ts';
import type { DataShape, FieldShape, Guard, LeafShape, ListShape, SetShape, ValueShape } from './shape.ts';
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

/**
 * The one walk that builds the answer from the merged data, in the client's order: shapes, masks, then null
 * propagation. It never mutates the data and reads only what was selected.
 *
 * INVARIANT: masks come before null propagation, so that whether a denied value was null shows nowhere
 * (test/gateway/project/project.test.ts).
 */
export function project(data: unknown, root: SetShape, input: ProjectInput): Projected {
  const slots = createSlots();
  const own = ownRecords();
  /** Of the value at hand, but for leaves that nothing guards: it is seldom needed, and they are many. */
  const path: (string | number)[] = [];
  const indices: number[] = [];
  const rejected: { path: ResponsePath; coordinate: string }[] = [];
  const nullViolations: { path: ResponsePath; message: string }[] = [];

  const projectObject = (object: unknown, set: SetShape): Record<string, unknown> | null | typeof BUBBLE => {
    if (typeof object !== 'object' || object === null) return null;
    const shape = typeShapeOf(set, object);
    if (shape === null) return null;
    for (const scope of shape.scopes) slots.enter(scope, object);
    const fetched = own(object, shape);
    // An object without prototype holds any key, but is a dictionary to the engine: slow to fill and to print.
    const answer: Record<string, unknown> = shape.inheritedKeys ? { __proto__: null } : {};
    for (const field of shape.fields) {
      const value = projectField(fetched, field, shape.type);
      if (value === BUBBLE) return null;
      answer[field.responseKey] = value;
    }
    return answer;
  };

  const projectField = (fetched: OwnRecord, field: FieldShape, typename: string): unknown => {
    switch (field.kind) {
      case 'typename':
        return typename;
      case 'introspection':
        return field.answer === null ? null : (readOwn(input.introspection, field.answer) ?? null);
      case 'data':
        return projectData(fetched, field);
    }
  };

  const projectData = (fetched: OwnRecord, field: DataShape): unknown => {
    const { guard } = field;
    if (guard === null) return shown(fetched[field.fetchKey], field);
    const decision = input.decide(guard, slots);
    input.onDecision(guard, decision, slots);
    if (decision.effect === 'deny') {
      const { denial } = guard;
      input.report.add(guard, decision, denial.kind === 'reject' ? 'rejected' : 'denied', indices);
      return denial.kind === 'value' ? denial.value : rejectField(field);
    }
    const value = fetched[field.fetchKey];
    if (decision.level === 'full') return shown(value, field);
    input.report.add(guard, decision, 'masked', indices);
    return completeField(value, field, guard);
  };

  /** Most values are leaves as their type wants them. */
  const shown = (value: unknown, field: DataShape): unknown => {
    const { type } = field;
    const isShown =
      type.kind === 'leaf' && value !== null && value !== undefined && isLeafValue(value, type.leaf);
    return isShown ? value : completeField(value, field, null);
  };

  const completeField = (value: unknown, field: DataShape, masking: Guard | null): unknown => {
    path.push(field.responseKey);
    const completed = complete(value, field.type, field, masking);
    path.pop();
    return completed;
  };

  const rejectField = (field: DataShape): unknown => {
    path.push(field.responseKey);
    const nothing = reject(field.type, field);
    path.pop();
    return nothing;
  };

  /** What has no constant: `null`, and an error at its path. */
  const reject = (type: ValueShape, field: DataShape): unknown => {
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
        // Masks know what to do with values of a wrong type.
        if (masking !== null) return masked(value, type, field, masking);
        return isLeafValue(value, type.leaf) ? value : null;
      case 'object':
        return projectObject(value, type.set);
      case 'list':
        return Array.isArray(value) ? completeItems(value, type, field, masking) : null;
    }
  };

  const completeItems = (
    values: readonly unknown[],
    { item: type }: ListShape,
    field: DataShape,
    masking: Guard | null,
  ): readonly unknown[] | null => {
    const items: unknown[] = [];
    let bubbled = false;
    const step = path.push(0) - 1;
    const depth = indices.push(0) - 1;
    for (let index = 0; index < values.length; index++) {
      path[step] = index;
      indices[depth] = index;
      const item = complete(values[index], type, field, masking);
      if (item === BUBBLE) bubbled = true;
      else items.push(item);
    }
    path.pop();
    indices.pop();
    return bubbled ? null : items;
  };

  const masked = (value: unknown, type: LeafShape, field: DataShape, guard: Guard): unknown => {
    const result = applyMask(guard.mask, value, type.leaf, {
      purpose: input.caller.purpose ?? '',
      recipient: input.caller.recipient,
      category: guard.mask.kind === 'mask' ? guard.mask.category : guard.report.category,
      subject: soleSubject(guard, slots),
      pseudonymKey: input.pseudonymKey,
    });
    if (result !== CONSTANT) return result;
    return guard.constant.kind === 'value' ? guard.constant.value : reject(type, field);
  };

  const answer = projectObject(data, root);
  return { data: answer === BUBBLE ? null : answer, rejected, nullViolations };
}

/** The subject behind a guard where there is exactly one. */
function soleSubject(guard: Guard, slots: Slots): string | null {
  let sole: string | null = null;
  for (const slot of guard.slots) {
    for (const subject of (slot === null ? null : slots.ids(slot)) ?? NOBODY) {
      if (sole !== null && sole !== subject) return null;
      sole = subject;
    }
  }
  return sole;
}

const NOBODY: readonly never[] = Object.freeze([]);

function cannotReturnNull(field: DataShape, type: ValueShape, path: ResponsePath): string {
  const last = path[path.length - 1];
  const where =
    typeof last === 'number'
      ? `array element of type ${type.name} at index ${last}`
      : `field ${field.coordinate.slice(0, field.coordinate.indexOf('.'))}.${String(last)}`;
  return `Cannot return null for non-nullable ${where}.`;
}
