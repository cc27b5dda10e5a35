import type { FieldRules } from '../../directives/fieldRule.ts';
import type { Caller } from '../../policies/caller.ts';
import type { Policy } from '../../policies/policy.ts';
import type { PolicyPlaces } from '../../policies/policyPlaces.ts';
import type { AnnotationSources } from './annotationSources.ts';

/** What explaining one caller's fields depends on. */
export interface CaseInput {
  readonly policy: Policy;
  readonly rules: FieldRules;
  readonly places: PolicyPlaces;
  readonly annotations: AnnotationSources;
  readonly caller: Caller;
}
