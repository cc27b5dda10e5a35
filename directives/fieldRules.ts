import { closeSupergraph } from './closedSupergraph.ts';
import { DirectiveError } from './directiveError.ts';
import type { Finding } from './directiveError.ts';
import type { FieldRules } from './fieldRule.ts';
import { indexSupergraph } from './supergraphIndex.ts';
import type { Positions } from './supergraphIndex.ts';

/**
 * The rules that `@personal` and `@purpose` put on a supergraph, closed over and ready for look-ups in
 * constant time (DESIGN §2).
 *
 * Throws NotASupergraphError for SDL that is no composed supergraph, and DirectiveError, listing all that was
 * found, for annotations that cannot be understood or that would have no effect.
 */
export function fieldRules(supergraphSdl: string): FieldRules {
  try {
    return readRules(supergraphSdl, 'without positions');
  } catch (error) {
    if (error instanceof DirectiveError) readRules(supergraphSdl, 'with positions');
    throw error;
  }
}

function readRules(supergraphSdl: string, positions: Positions): FieldRules {
  const findings: Finding[] = [];
  const { rules } = closeSupergraph(indexSupergraph(supergraphSdl, positions), findings);
  if (findings.length > 0) throw new DirectiveError(findings);
  return rules;
}
