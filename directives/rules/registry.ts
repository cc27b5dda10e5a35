import { ambiguousNamespace } from './ambiguousNamespace.ts';
import { implementerLessProtected } from './implementerLessProtected.ts';
import { inaccessibleSubject } from './inaccessibleSubject.ts';
import { interfaceLessProtected } from './interfaceLessProtected.ts';
import { noSubject } from './noSubject.ts';
import { pagedSubject } from './pagedSubject.ts';
import { personalKey } from './personalKey.ts';
import { undeclaredDerivation } from './undeclaredDerivation.ts';
import type { Rule } from './rule.ts';
import { unknownCategory } from './unknownCategory.ts';

/** Every composition rule, in the order of the docs. */
export const RULES: readonly Rule[] = Object.freeze<Rule[]>([
  unknownCategory,
  noSubject,
  ambiguousNamespace,
  pagedSubject,
  inaccessibleSubject,
  undeclaredDerivation,
  personalKey,
  interfaceLessProtected,
  implementerLessProtected,
]);
