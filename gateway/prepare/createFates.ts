import type { FieldRules } from '../../directives/fieldRule.ts';

/** What fates depend on; coordinates are `Type.field`. */
export interface FatesInput {
  readonly rules: FieldRules;
  /** Fields that are part of some key; see `keyFields`. */
  readonly keyFields: ReadonlySet<string>;
  /** Fields that others are made of; see `inputFields`. */
  readonly inputFields: ReadonlySet<string>;
}

/**
 * Creates what tells fields of one object apart that may not be fetched together: equal for those that are shown or
 * denied together and that nothing but themselves hangs on.
 *
 * INVARIANT: what is made of a denied field, or found by it, does not show that another denied field failed
 * (test/leaks/isolation.test.ts, "beside what another subgraph requires").
 */
export function createFates({
  rules,
  keyFields,
  inputFields,
}: FatesInput): (type: string, field: string) => string {
  return (type, field) => {
    const rule = rules.field(type, field);
    if (rule === null) return '';
    const { categories, allow, deny, subjects, enclosing } = rule;
    const coordinate = `${type}.${field}`;
    const isNeeded = keyFields.has(coordinate) || inputFields.has(coordinate);
    return JSON.stringify([categories, allow, deny, subjects, enclosing, isNeeded ? field : null]);
  };
}
