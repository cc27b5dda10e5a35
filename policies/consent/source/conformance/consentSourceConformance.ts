import { answerChecks } from './answerChecks.ts';
import type { ConformanceCheck, ConformanceHarness } from './conformanceHarness.ts';
import { faultChecks } from './faultChecks.ts';

/**
 * The checks that every `ConsentSource` has to pass before consents may be read by it, for any test runner:
 *
 *     for (const { name, run } of consentSourceConformance(harness)) test(name, run);
 *
 * They run one after the other, since they share the system and how it behaves, and leave it as they found it but for
 * what they recorded about subjects of their own.
 */
export function consentSourceConformance(harness: ConformanceHarness): readonly ConformanceCheck[] {
  return [...answerChecks(harness), ...faultChecks(harness)];
}
