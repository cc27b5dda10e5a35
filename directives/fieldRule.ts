import type { Rule } from '../policies/rule.ts';

/** The path to one subject id: `sender { id }` is `['sender', 'id']`. Lists on the way give several subjects. */
export interface SubjectPath {
  readonly path: readonly string[];
  /** Namespace of the ids it leads to; `null`: the policy's default; empty: the ids bring their own. */
  readonly namespace: string | null;
  /**
   * No ids can be had this way, which is not permission: the path is paged, or leads to somebody for whom
   * the schema names no subject. Such a path must not be selected; whatever it stands on is unresolved.
   */
  readonly unresolved: boolean;
}

/** The rule on one output field after strictest-wins and closure. */
export interface FieldRule extends Rule {
  /** `Type.field` */
  readonly coordinate: string;
  /** Masks that annotations name. None: the categories' defaults. Two or more: one that reveals nothing. */
  readonly masks: readonly string[];
  readonly otherwise: 'mask' | 'reject';
  /** Paths from the object that holds the field. Empty: those of the nearest enclosing object. */
  readonly subjects: readonly SubjectPath[];
  /**
   * The subjects of the nearest enclosing object must permit as well. Always true where `subjects` is empty;
   * true beside `subjects` where a field of a value type is also made of somebody else's data.
   */
  readonly enclosing: boolean;
  /** Why it is bound: the coordinates whose annotations contributed, its own first. For explanations. */
  readonly sources: readonly string[];
}

/** Rules of one supergraph, by coordinate. Look-ups of unknown names give `null` or empty. */
export interface FieldRules {
  /** Whether the supergraph links the privacy spec at all. */
  readonly linked: boolean;
  /** For an object type: closed over everything. For an interface type: what its own field carries. */
  field(type: string, field: string): FieldRule | null;
  /** Personal categories of an argument itself (not of the fields of its input type). */
  argument(type: string, field: string, argument: string): readonly string[];
  inputField(inputType: string, field: string): readonly string[];
  enumValue(enumType: string, value: string): readonly string[];
  /** Subjects that an object type declares for what it holds; empty: none of its own. */
  subjectsOf(type: string): readonly SubjectPath[];
  /** An object type without subjects of its own may take those of the object around it. */
  inheritsSubject(type: string): boolean;
  /** An entity (an `@key` in some subgraph): a personal composite field binds down to the next one. */
  isEntity(type: string): boolean;
}
