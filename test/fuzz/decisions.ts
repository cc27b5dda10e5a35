import type { Caller } from '../../policies/caller.ts';
import type { SubjectState } from '../../policies/consent/state.ts';
import { decide } from '../../policies/decide.ts';
import type { Decision } from '../../policies/decision.ts';
import { chooseMask, type ChosenMask } from '../../policies/masks/chooseMask.ts';
import { denialConstant } from '../../policies/masks/denialConstant.ts';
import { formatOf } from '../../policies/masks/formatOf.ts';
import type { LeafType } from '../../policies/masks/mask.ts';
import type { Policy } from '../../policies/policy.ts';
import { strictest } from '../../policies/strictest.ts';
import { isInstance, type Instance, type Value } from './data.ts';
import { combined, type Closure, type Demands, type SubjectPath } from './demands.ts';
import { BUILT_IN, fieldOf, isLeaf, listDepth, type FieldModel, type Model } from './model.ts';

/** What the decision table says of one field of one object. */
export interface Settled {
  readonly decision: Decision;
  readonly demands: Demands;
  /** Where it is about exactly one. */
  readonly subject: string | null;
  readonly mask: ChosenMask;
  readonly leaf: LeafType | null;
  readonly denial: Denial;
  /** What one leaf shows where its mask can say nothing. */
  readonly constant: Denial;
}

export type Denial =
  | { readonly kind: 'value'; readonly value: string | number | boolean | null | readonly never[] }
  | { readonly kind: 'reject' };

/** `null`: not personal. */
export type Settle = (instance: Instance, field: string) => Settled | null;

/** Everything that one request's decisions depend on beside the data. */
export interface DecisionsInput {
  readonly model: Model;
  readonly closure: Closure;
  readonly policy: Policy;
  readonly caller: Caller;
  readonly stateOf: (subject: string) => SubjectState;
  readonly now: number;
}

/** Demands with whom they are about; `null` subjects: somebody cannot be known. */
interface Bound {
  readonly demands: Demands;
  readonly subjects: readonly string[] | null;
}

/** Decides fields of objects where they stand in the data: DESIGN §2 and §4 without operations or plans. */
export function decisions(input: DecisionsInput): Settle {
  const { model, closure, policy, caller } = input;
  const bound = new Map<Instance, Map<string, Bound | null>>();
  const settled = new Map<Instance, Map<string, Settled | null>>();

  const bind = (instance: Instance, name: string): Bound | null => {
    const own = closure.field(instance.type, name);
    const parts = [
      ...(own === null ? [] : [{ demands: own, subjects: subjectsOf(instance, own) }]),
      ...carried(instance),
    ];
    const [first, ...rest] = parts;
    if (first === undefined) return null;
    return rest.reduce(
      (a, b) => ({ demands: combined(a.demands, b.demands), subjects: both(a.subjects, b.subjects) }),
      first,
    );
  };
  const binding = remembered(bound, bind);

  /** A personal field of a composite type binds everything beneath it down to the next entity. */
  function carried(instance: Instance): readonly Bound[] {
    const { parent } = instance;
    if (parent === null) return [];
    if (closure.field(parent.instance.type, parent.field) === null) return carried(parent.instance);
    const above = binding(parent.instance, parent.field);
    return above === null ? [] : [above];
  }

  function subjectsOf(instance: Instance, demands: Demands): readonly string[] | null {
    if (demands.unreachable) return null;
    const named = demands.subjects.length === 0 ? [] : ids(instance, demands.subjects);
    return demands.enclosing ? both(named, around(instance)) : named;
  }

  /** The subjects of the nearest object that names some. */
  function around(instance: Instance): readonly string[] | null {
    const declared = closure.declared(instance.type);
    if (declared.length > 0) return ids(instance, declared);
    const { parent } = instance;
    if (parent === null) return null;
    const link = closure.field(parent.instance.type, parent.field);
    if (link !== null && link.unreachable) return null;
    if (link !== null && link.subjects.length > 0) return ids(parent.instance, link.subjects);
    return closure.inherits(instance.type) ? around(parent.instance) : null;
  }

  function ids(instance: Instance, paths: readonly SubjectPath[]): readonly string[] | null {
    const found: string[] = [];
    for (const { path, namespace } of paths) {
      const prefix = namespace ?? policy.namespace;
      if (!follow(instance, path, (id) => found.push(prefix === '' ? id : `${prefix}:${id}`))) return null;
    }
    return found.length === 0 ? null : found;
  }

  const settle = (instance: Instance, name: string): Settled | null => {
    const here = binding(instance, name);
    const field = fieldOf(model, instance.type, name);
    if (here === null || field === undefined) return null;
    const { demands, subjects } = here;
    const states = subjects === null ? null : [...new Set(subjects)].map(input.stateOf);
    const each = (states ?? [{ kind: 'unresolved' as const }]).map((state) =>
      decide(policy, demands, caller, state, input.now),
    );
    const leaf = isLeaf(model, field.type.named) ? leafType(model, field.type.named) : null;
    const mask: ChosenMask =
      leaf === null
        ? { kind: 'constant' }
        : chooseMask(policy, demands.categories, demands.masks, caller.recipient, leaf);
    const constant = constantOf(demands, field, leaf, mask);
    return {
      decision: strictest(each),
      demands,
      subject: subjects !== null && new Set(subjects).size === 1 ? (subjects[0] ?? null) : null,
      mask,
      leaf,
      denial: demands.rejects ? REJECT : denialOf(field, leaf, constant),
      constant,
    };
  };

  /** A constant, or where the type can hold none: a rejection of what may not be null. */
  function constantOf(demands: Demands, field: FieldModel, leaf: LeafType | null, mask: ChosenMask): Denial {
    if (leaf === null) return REJECT;
    const constant = denialConstant(mask, leaf, formatOf(policy, demands.categories), policy.scalars);
    if (constant.holds) return { kind: 'value', value: constant.value };
    return field.type.nonNull.at(-1) === true ? REJECT : { kind: 'value', value: null };
  }

  return remembered(settled, settle);
}

const REJECT: Denial = { kind: 'reject' };

function denialOf({ type }: FieldModel, leaf: LeafType | null, constant: Denial): Denial {
  if (listDepth(type) > 0) return { kind: 'value', value: [] };
  if (leaf !== null) return constant;
  return type.nonNull[0] === true ? REJECT : { kind: 'value', value: null };
}

function both(a: readonly string[] | null, b: readonly string[] | null): readonly string[] | null {
  return a === null || b === null ? null : [...a, ...b];
}

/** Whether every way along a path ends at an id. */
function follow(value: Value, path: readonly string[], found: (id: string) => void): boolean {
  if (Array.isArray(value))
    return value.length > 0 && value.every((each: Value) => follow(each, path, found));
  const [step, ...rest] = path;
  if (step === undefined) {
    if (typeof value !== 'string') return false;
    found(value);
    return true;
  }
  if (!isInstance(value)) return false;
  const cell = value.cells.get(step);
  return cell?.kind === 'value' && follow(cell.value, rest, found);
}

function leafType(model: Model, named: string): LeafType {
  const builtIn = BUILT_IN.find((name) => name === named);
  if (builtIn !== undefined) return { kind: builtIn, name: named, values: [] };
  const leaf = model.leaves.find(({ name }) => name === named);
  return { kind: leaf?.kind === 'enum' ? 'Enum' : 'Scalar', name: named, values: leaf?.values ?? [] };
}

function remembered<T>(
  known: Map<Instance, Map<string, T>>,
  compute: (instance: Instance, field: string) => T,
): (instance: Instance, field: string) => T {
  return (instance, field) => {
    const ofInstance = known.get(instance) ?? new Map<string, T>();
    known.set(instance, ofInstance);
    const found = ofInstance.get(field);
    if (found !== undefined) return found;
    const value = compute(instance, field);
    ofInstance.set(field, value);
    return value;
  };
}
