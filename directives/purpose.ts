import type { ConstDirectiveNode } from 'graphql';
import type { Finding } from './directiveError.ts';
import { applicationsOf, refuseOddKeys, refuseOtherArguments, stringsArgument } from './site.ts';
import type { Application, Site } from './site.ts';
import type { SupergraphIndex } from './supergraphIndex.ts';

/** One application of `@purpose`, read and checked. */
export interface PurposeApplication {
  readonly site: Site;
  /** Where it stands in the supergraph's SDL, counted from 1. */
  readonly line: number;
  readonly column: number;
  /** Only these and their descendants; `null`: what the policy gives. Empty: nothing. */
  readonly allow: readonly string[] | null;
  readonly deny: readonly string[];
  /** The application itself, in the supergraph. */
  readonly node: ConstDirectiveNode;
}

const LOCATIONS: readonly Site['location'][] = ['OBJECT', 'INTERFACE', 'SCALAR', 'FIELD_DEFINITION'];

/**
 * The applications of `@purpose` in a supergraph (DESIGN §2), resolved by link url. What is wrong with any of
 * them is added to `findings`; the caller must refuse the supergraph if there are any.
 */
export function purposeApplications(
  index: SupergraphIndex,
  findings: Finding[],
): readonly PurposeApplication[] {
  return applicationsOf(index, 'purpose', LOCATIONS, findings).map(read);
}

function read(application: Application): PurposeApplication {
  refuseOtherArguments(application, ['allow', 'deny']);
  const allow = stringsArgument(application, 'allow');
  const deny = stringsArgument(application, 'deny');
  refuseOddKeys(application, 'allow', allow ?? []);
  refuseOddKeys(application, 'deny', deny ?? []);
  if (allow === null && deny === null)
    application.complain('malformed-application', 'expected allow or deny; alone it says nothing.');
  const { site, node } = application;
  const start = node.loc?.startToken;
  return { site, line: start?.line ?? 1, column: start?.column ?? 1, allow, deny: deny ?? [], node };
}
