import type { Level, StaticDenial, SubjectDenial } from '../../policies/decision.ts';
import type { Basis } from '../../policies/policy.ts';
import type { PolicyPlace } from '../../policies/policyPlaces.ts';
import type { RemainingRow } from '../../policies/remainingRows.ts';

/**
 * What the gateway would do with one operation of one client, before there is any data. The same whenever it is
 * asked of the same files. `sudare explain --format json` prints it as it is.
 */
export interface Explanation {
  readonly files: { readonly supergraph: string; readonly policy: string; readonly operation: string };
  readonly client: string;
  /** As declared, by flag or `@usedFor`. */
  readonly purpose: string | null;
  /** `null`: refused before it was settled. */
  readonly recipient: string | null;
  /** The gateway answers with this, and no subgraph is asked. */
  readonly refusal: ExplainedRefusal | null;
  /** Variables that were not given and that the operation cannot be judged whole without. */
  readonly missingVariables: readonly string[];
  /** In the order of the document. Empty where the caller is refused. */
  readonly fields: readonly ExplainedField[];
  readonly fetches: readonly ExplainedFetch[];
}

export interface ExplainedRefusal {
  readonly code: string;
  /** Of the HTTP answer. */
  readonly status: number | null;
  readonly message: string;
}

/** One field as the client selected it. */
export interface ExplainedField {
  /** In the operation's file, counted from 1. */
  readonly line: number;
  readonly column: number;
  /** Alias and name: `who: email`. */
  readonly selection: string;
  /**
   * `asked`: of subgraphs. `dropped`: not asked for, on no type. `withheld`: not asked for before all whom it is about are known to
   * permit it, since it cannot be fetched apart from what others may see. `gateway`: answered by the
   * gateway itself. `left out`: by its `@skip` or `@include`. `nowhere`: on no type that can stand there.
   */
  readonly fetch: 'asked' | 'dropped' | 'withheld' | 'gateway' | 'left out' | 'nowhere';
  /** Of one that is dropped: subgraphs that are asked for it all the same, as a key, for `@requires`, or elsewhere. */
  readonly elsewhere: readonly string[];
  /** One for all concrete types that are treated alike. */
  readonly cases: readonly ExplainedCase[];
  readonly inputs: readonly ExplainedInput[];
}

/** How one field is treated on some concrete types. */
export interface ExplainedCase {
  readonly coordinates: readonly string[];
  /** Response keys from the root, `[]` after each list. */
  readonly paths: readonly string[];
  readonly decision: ExplainedDecision;
  /** `null`: nothing binds the field. */
  readonly rule: ExplainedRule | null;
}

export type ExplainedDecision =
  | { readonly kind: 'not personal' }
  /** Nothing of its own binds it, and it is shown only where the object around it is. */
  | { readonly kind: 'within'; readonly coordinate: string; readonly denied: boolean }
  /** Rows 1–7: whoever it is about. */
  | { readonly kind: 'denied'; readonly row: number; readonly reason: StaticDenial }
  /** Row 8, whatever the data: nobody can be found whom it is about. */
  | { readonly kind: 'unresolved'; readonly row: 8; readonly reason: SubjectDenial }
  | {
      readonly kind: 'per subject';
      readonly level: Level;
      readonly basis: Basis;
      readonly rows: readonly RemainingRow[];
      /** `masked`: a denial by row 14 shows the mask. */
      readonly fallback: 'masked' | null;
    };

export interface ExplainedRule {
  readonly categories: readonly string[];
  /** `null`: what the policy gives the categories. */
  readonly allow: readonly string[] | null;
  readonly deny: readonly string[];
  readonly whenDenied: { readonly kind: 'constant'; readonly value: unknown } | { readonly kind: 'rejected' };
  /** What level `masked` shows. `name` is the policy's, `null` where it is the type's constant. */
  readonly mask: { readonly name: string | null; readonly kind: string };
  readonly subjects: readonly ExplainedSubject[];
  readonly annotations: readonly ExplainedAnnotation[];
  readonly policy: readonly PolicyPlace[];
}

/** Whose permission is needed. */
export interface ExplainedSubject {
  /** The type of the object that the path starts from; `null` where nobody is named. */
  readonly of: string | null;
  /** Where that object stands in the answer; empty for the root. */
  readonly at: string;
  /** `sender { id }` */
  readonly path: string;
  /** Empty: the ids bring their own. */
  readonly namespace: string;
  /** Why no id can be had, which is no permission. */
  readonly unresolved: string | null;
  /** Where the type says so; empty where the field's own annotations do. */
  readonly annotations: readonly ExplainedAnnotation[];
}

/** An annotation that binds a field, in the supergraph's file. */
export interface ExplainedAnnotation {
  readonly coordinate: string;
  readonly line: number;
  readonly text: string;
  /** `on the field`, `@requires User.name`, … */
  readonly why: string;
}

/** One personal input that the operation gives. */
export interface ExplainedInput {
  readonly coordinate: string;
  readonly categories: readonly string[];
  readonly use: 'lookup' | 'write';
  readonly permitted: boolean;
  readonly annotations: readonly ExplainedAnnotation[];
  readonly policy: readonly PolicyPlace[];
}

/** One request to a subgraph, in the plan's order; `@requires` and keys are in its representations. */
export interface ExplainedFetch {
  readonly subgraph: string;
  readonly operation: string;
}
