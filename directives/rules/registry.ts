import type { Rule } from './rule.ts';
import { unknownCategory } from './unknownCategory.ts';

/** Every composition rule, in the order of the docs. */
export const RULES: readonly Rule[] = Object.freeze<Rule[]>([unknownCategory]);
