import type { LeafType } from '../../policies/masks/mask.ts';
import type { ChosenMask } from '../../policies/masks/chooseMask.ts';
import type { StaticVerdict } from '../../policies/decideStatically.ts';
import type { Rule } from '../../policies/rule.ts';

/**
 * A prepared operation's answer, compiled for one outcome of its `@skip`/`@include` conditions: what to read
 * from the fetched data, in the client's order, and which question guards each value. Immutable, and free of
 * values; `TypeShape`s are built when a concrete type is first met.
 */
export interface SetShape {
  /** The concrete type where there is only one; `null`: read `__typename`. */
  readonly only: string | null;
  /** Every concrete type that this position can hold. */
  readonly possible: readonly string[];
  /** The shape for a concrete type; `null` where this position cannot hold that type. */
  of(typename: string): TypeShape | null;
}

export interface TypeShape {
  readonly type: string;
  readonly scopes: readonly ScopeShape[];
  readonly fields: readonly FieldShape[];
  /** Whether fields are fetched or shown under keys that every object inherits, such as `constructor`. */
  readonly inheritedKeys: boolean;
  /** What has to be known before the type's values can be shown; compiled when first called. */
  readonly asking: () => Asking;
}

/** Whose consent an object's values rest on. */
export interface Asking {
  /** Of the object's own values, each once. */
  readonly slots: readonly number[];
  /** Fields that others may stand below. */
  readonly below: readonly DataShape[];
}

/** Subjects to be read on entering an object: ids at the end of `paths`, kept in `slot`. */
export interface ScopeShape {
  readonly slot: number;
  /** `null` for a path that cannot be followed: unresolved. */
  readonly paths: readonly { readonly keys: readonly string[] | null; readonly namespace: string }[];
}

export type FieldShape = TypenameShape | IntrospectionShape | DataShape;

interface TypenameShape {
  readonly kind: 'typename';
  readonly responseKey: string;
}

/** Answered by the gateway itself; the value is copied as it is. */
interface IntrospectionShape {
  readonly kind: 'introspection';
  readonly responseKey: string;
  /** Its key among the answers, which are those of the root; `null`: none, where `Query` stands below itself. */
  readonly answer: string | null;
}

export interface DataShape {
  readonly kind: 'data';
  readonly responseKey: string;
  readonly fetchKey: string;
  readonly coordinate: string;
  readonly type: ValueShape;
  readonly guard: Guard | null;
}

/** A GraphQL type, unwrapped once. */
export type ValueShape =
  | ListShape
  | LeafShape
  | { readonly kind: 'object'; readonly nonNull: boolean; readonly name: string; readonly set: SetShape };

export interface ListShape {
  readonly kind: 'list';
  readonly nonNull: boolean;
  readonly name: string;
  readonly item: ValueShape;
}

export interface LeafShape {
  readonly kind: 'leaf';
  readonly nonNull: boolean;
  readonly name: string;
  readonly leaf: LeafType;
}

/** What stands between a personal value and the answer. */
export interface Guard {
  /** Equal for equal rules, so that one decision serves all fields that ask the same. */
  readonly question: number;
  /** Rows 1–7, settled for this profile whoever the subject is. */
  readonly verdict: StaticVerdict;
  /** Slots of the scopes that must all permit; `null`: a subject that cannot be known. */
  readonly slots: readonly (number | null)[];
  /** What the field shows when it is denied. */
  readonly denial: Denial;
  /** What one leaf shows where its mask can say nothing safe. */
  readonly constant: Denial;
  /** For leaves at level `masked`. */
  readonly mask: ChosenMask;
  readonly categories: readonly string[];
  /** What the annotations demand, for other policies than the one that it was compiled under. */
  readonly rule: Rule;
  readonly report: Report;
}

/** What a denied field shows. */
export type Denial =
  | { readonly kind: 'value'; readonly value: string | number | boolean | null | readonly never[] }
  | { readonly kind: 'reject' };

/** Where a guarded field stands, for `extensions.privacy`. */
export interface Report {
  readonly coordinate: string;
  /** Response keys from the root, `[]` after each list: `users[].email`. */
  readonly path: string;
  readonly category: string;
}
