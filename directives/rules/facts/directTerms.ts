import { createClosure } from '../../closure.ts';
import type { Closure } from '../../closure.ts';
import type { Joins } from '../../joins.ts';
import type { CheckedSupergraph } from '../rule.ts';

const NO_JOINS: Joins = Object.freeze({ types: [], fields: [], contexts: [] });

/**
 * What annotations say of a field itself, its type, the scalar or enum it returns and the interfaces' same field:
 * the closure without what the field is made of.
 */
export function directTerms({ index, annotations, inheritance }: CheckedSupergraph): Closure {
  return createClosure(index, annotations, inheritance, () => NO_JOINS);
}
