import { combine } from '../../directives/combine.ts';
import type { FieldRule, FieldRules, SubjectPath } from '../../directives/fieldRule.ts';
import type { Caller } from '../../policies/caller.ts';
import { decideStatically, type StaticVerdict } from '../../policies/decide.ts';
import type { Policy } from '../../policies/policy.ts';

/**
 * Where the data subjects of some fields are read: paths from one object of the data. While an operation is
 * rewritten, `used` tells which paths must be fetched; in the compiled shape, `slot` is where the ids are kept.
 */
export interface Scope {
  readonly slot: number;
  readonly paths: readonly SubjectPath[];
  used: boolean;
  /** Scopes that this one was merged from; needing it is needing them. */
  readonly standsFor: readonly Scope[];
}

/** A personal composite field's rule on its way down to the next entity, with whom it is about. */
interface Carried {
  readonly rule: FieldRule;
  readonly scopes: readonly (Scope | null)[];
}

/** What the objects below a field inherit from it. */
export interface Link {
  readonly scope: Scope | null;
  /** The field itself names its subjects, so they hold for whatever value type it leads to. */
  readonly explicit: boolean;
  readonly carried: readonly Carried[];
}

/** One concrete object type entered in one place of an operation. */
export interface Frame {
  readonly type: string;
  /** Subjects of the fields that name none of their own; `null`: unresolved. */
  readonly scope: Scope | null;
  readonly carried: readonly Carried[];
  /** Scopes read from this very object. */
  readonly opened: Scope[];
  readonly bindings: Map<string, Binding | null>;
}

/** What binds one field of one frame. */
export interface Binding {
  readonly rule: FieldRule;
  /** Every one must lead to subjects, and every subject must permit. */
  readonly scopes: readonly (Scope | null)[];
  readonly verdict: StaticVerdict;
}

/** Answers, for one profile, which rule and whose permission a field in its place needs (DESIGN §2). */
export interface Binder {
  enter(type: string, link: Link): Frame;
  bind(frame: Frame, field: string): Binding | null;
  /** What the objects below this field inherit. */
  link(frame: Frame, field: string): Link;
}

/** The link of a root type: nothing is inherited. */
export const NO_LINK: Link = Object.freeze({ scope: null, explicit: false, carried: [] });

/** Creates the binder of one prepared operation; slots are numbered from zero in the order of use. */
export function createBinder(rules: FieldRules, policy: Policy, caller: Caller): Binder {
  let slots = 0;

  const open = (frame: Frame, paths: readonly SubjectPath[]): Scope => {
    const scope: Scope = { slot: slots++, paths, used: false, standsFor: [] };
    frame.opened.push(scope);
    return scope;
  };

  const enter = (type: string, link: Link): Frame => {
    const declared = rules.subjectsOf(type);
    const entity = rules.isEntity(type);
    const inherited = !entity && (link.explicit || rules.inheritsSubject(type)) ? link.scope : null;
    const opened: Scope[] = [];
    if (declared.length > 0) opened.push({ slot: slots++, paths: declared, used: false, standsFor: [] });
    return {
      type,
      scope: opened[0] ?? inherited,
      carried: entity ? [] : link.carried,
      opened,
      bindings: new Map(),
    };
  };

  const bind = (frame: Frame, field: string): Binding | null => {
    const known = frame.bindings.get(field);
    if (known !== undefined) return known;
    const own = rules.field(frame.type, field);
    const parts: Carried[] = [...frame.carried];
    if (own !== null) {
      const scopes = own.subjects.length > 0 ? [open(frame, own.subjects)] : [];
      parts.unshift({
        rule: own,
        scopes: own.enclosing || scopes.length === 0 ? [...scopes, frame.scope] : scopes,
      });
    }
    const binding = parts.length === 0 ? null : united(`${frame.type}.${field}`, parts);
    frame.bindings.set(field, binding);
    return binding;
  };

  const united = (coordinate: string, parts: readonly Carried[]): Binding => {
    const rule = { ...parts.map((part) => part.rule).reduce((a, b) => combine(a, b)), coordinate };
    return {
      rule,
      scopes: [...new Set(parts.flatMap((part) => part.scopes))],
      verdict: decideStatically(policy, rule, caller),
    };
  };

  const link = (frame: Frame, field: string): Link => {
    const own = rules.field(frame.type, field);
    if (own === null) return { scope: frame.scope, explicit: false, carried: frame.carried };
    const binding = bind(frame, field);
    const explicit = own.subjects.length > 0;
    // A rule that is on the field itself goes down with everything that was already on its way.
    const carried = binding === null ? [] : [{ rule: binding.rule, scopes: binding.scopes }];
    return { scope: explicit ? (binding?.scopes[0] ?? null) : frame.scope, explicit, carried };
  };

  return { enter, bind, link };
}

/** Whether no data can tell whom a value is about, so that row 8 denies it whatever is fetched. */
export function isUnresolvable({ scopes }: Binding): boolean {
  return (
    scopes.length === 0 ||
    scopes.some((scope) => scope === null || scope.paths.some((path) => path.unresolved))
  );
}
