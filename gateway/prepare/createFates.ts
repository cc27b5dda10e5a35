import type { FieldRule, FieldRules } from '../../directives/fieldRule.ts';

/** What fates depend on; coordinates are `Type.field`. */
export interface FatesInput {
  readonly rules: FieldRules;
  /** Fields that are part of some key, or that others are made of; see `keyFields` and `inputFields`. */
  readonly neededFields: ReadonlySet<string>;
}

/** What tells one field of a concrete type, under one key, from others. */
export type Fate = (type: string, field: string, responseKey: string) => string;

/**
 * Creates what tells fields of one object apart that may not be fetched together: equal for those that are shown or
 * denied together and that nothing but themselves hangs on.
 *
 * INVARIANT: what is made of a denied field, or found by it, does not show that another denied field failed
 * (test/leaks/isolation.test.ts, "beside what another subgraph requires").
 */
export function createFates({ rules, neededFields }: FatesInput): Fate {
  return (type, field, responseKey) => {
    const isNeeded = neededFields.has(`${type}.${field}`);
    const { categories, allow, deny, subjects, enclosing } = rules.field(type, field) ?? NO_RULE;
    return JSON.stringify([categories, allow, deny, subjects, enclosing, isNeeded ? responseKey : null]);
  };
}

const NO_RULE: Partial<FieldRule> = {};
