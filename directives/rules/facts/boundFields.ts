import { combine } from '../../combine.ts';
import type { FieldRule } from '../../fieldRule.ts';
import type { IndexedField, IndexedType } from '../../supergraphIndex.ts';
import type { CheckedSupergraph } from '../rule.ts';

/** A field of an object type, with all that can bind it. */
export interface BoundField {
  readonly type: IndexedType;
  readonly field: IndexedField;
  readonly rule: FieldRule;
}

/**
 * Every personal field of an object type: by its own rule, or beneath a personal field of a composite type, down to
 * the next entity. Where several ways lead there, it is bound by what is on all of them together.
 */
export function boundFields({ index, rules }: CheckedSupergraph): readonly BoundField[] {
  const bound = new Map<string, BoundField>();
  const open: BoundField[] = [];
  const bind = (type: IndexedType, field: IndexedField, rule: FieldRule): void => {
    const coordinate = `${type.name}.${field.name}`;
    const known = bound.get(coordinate);
    const united = known === undefined ? { ...rule, coordinate } : combine(known.rule, rule);
    if (known !== undefined && JSON.stringify(known.rule) === JSON.stringify(united)) return;
    const more = { type, field, rule: united };
    bound.set(coordinate, more);
    open.push(more);
  };

  for (const type of index.types.values()) {
    if (type.kind !== 'OBJECT') continue;
    for (const field of type.fields.values()) {
      const rule = rules.field(type.name, field.name);
      if (rule !== null) bind(type, field, rule);
    }
  }
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const below of index.possible(next.field.type)) {
      if (rules.isEntity(below.name)) continue;
      // Whom it is about is said from where the rule stands, which is another object.
      const carried = { ...next.rule, subjects: [], enclosing: true };
      for (const field of below.fields.values()) bind(below, field, carried);
    }
  }
  return [...bound.values()];
}
