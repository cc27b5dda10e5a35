import type { FieldRules } from '../directives/fieldRule.ts';
import { fieldRules } from '../directives/fieldRules.ts';
import type { Disclosure } from './project/maskedReport.ts';

/** `enforce`: the annotations bind. `dry-run`: they bind nothing and everything is answered unmasked. */
export type Enforcement = 'enforce' | 'dry-run';

/** Reads the rules that bind a supergraph's fields. */
export type RulesOf = (supergraphSdl: string) => FieldRules;

/**
 * The rules of supergraphs as they are to be enforced. Supergraphs are read and checked either way.
 *
 * INVARIANT: nothing is answered unmasked for want of enforcement but in development
 * (test/gateway/rulesInForce.test.ts).
 *
 * @throws an Error for a dry run outside development.
 */
export function rulesInForce(enforcement: Enforcement, disclosure: Disclosure): RulesOf {
  if (enforcement === 'enforce') return fieldRules;
  if (disclosure !== 'true-reasons') {
    throw new Error(
      '`enforcement: "dry-run"` answers everything unmasked; expected it with `disclosure: "true-reasons"`, for ' +
        'development alone. What another policy would change is told by a candidate, which answers nothing.',
    );
  }
  return (supergraphSdl) => {
    fieldRules(supergraphSdl);
    return NO_RULES;
  };
}

/** As of a supergraph without annotations. */
const NO_RULES: FieldRules = Object.freeze<FieldRules>({
  linked: false,
  field: () => null,
  argument: () => [],
  inputField: () => [],
  enumValue: () => [],
  subjectsOf: () => [],
  inheritsSubject: () => false,
  isEntity: () => false,
});
