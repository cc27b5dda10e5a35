import { ambiguousNamespace } from './ambiguousNamespace.ts';
import { contradictingAnnotations } from './contradictingAnnotations.ts';
import { contradictingNone } from './contradictingNone.ts';
import { differingDefinition } from './differingDefinition.ts';
import { externalAnnotation } from './externalAnnotation.ts';
import { fetchedTogether } from './fetchedTogether.ts';
import { filterInMutation } from './filterInMutation.ts';
import { idleAnnotation } from './idleAnnotation.ts';
import { implementerLessProtected } from './implementerLessProtected.ts';
import { inaccessibleSubject } from './inaccessibleSubject.ts';
import { interfaceLessProtected } from './interfaceLessProtected.ts';
import { invalidOtherwise } from './invalidOtherwise.ts';
import { invalidSubject } from './invalidSubject.ts';
import { looksPersonal } from './looksPersonal.ts';
import { lostAnnotation } from './lostAnnotation.ts';
import { malformedApplication } from './malformedApplication.ts';
import { misplacedApplication } from './misplacedApplication.ts';
import { neverShown } from './neverShown.ts';
import { noSubject } from './noSubject.ts';
import { pagedSubject } from './pagedSubject.ts';
import { personalKey } from './personalKey.ts';
import { privacyLink } from './privacyLink.ts';
import type { Rule } from './rule.ts';
import { sharedInput } from './sharedInput.ts';
import { subjectOnRoot } from './subjectOnRoot.ts';
import { undeclaredDerivation } from './undeclaredDerivation.ts';
import { unexportedDirective } from './unexportedDirective.ts';
import { unfitMask } from './unfitMask.ts';
import { unknownArgument } from './unknownArgument.ts';
import { unknownCategory } from './unknownCategory.ts';
import { unknownMask } from './unknownMask.ts';
import { unknownPurpose } from './unknownPurpose.ts';
import { unrepeatableDirective } from './unrepeatableDirective.ts';
import { unreviewedNone } from './unreviewedNone.ts';
import { withoutConstant } from './withoutConstant.ts';

/** Every composition rule, in the order of the docs. */
export const RULES: readonly Rule[] = Object.freeze<Rule[]>([
  privacyLink,
  unexportedDirective,
  unrepeatableDirective,
  differingDefinition,
  externalAnnotation,
  lostAnnotation,
  misplacedApplication,
  unknownArgument,
  malformedApplication,
  invalidOtherwise,
  unreviewedNone,
  idleAnnotation,
  unknownCategory,
  unknownPurpose,
  unknownMask,
  invalidSubject,
  subjectOnRoot,
  noSubject,
  ambiguousNamespace,
  pagedSubject,
  inaccessibleSubject,
  undeclaredDerivation,
  personalKey,
  interfaceLessProtected,
  implementerLessProtected,
  looksPersonal,
  contradictingNone,
  contradictingAnnotations,
  neverShown,
  withoutConstant,
  unfitMask,
  sharedInput,
  filterInMutation,
  fetchedTogether,
]);
