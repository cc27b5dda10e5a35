import type { DocumentNode } from 'graphql';
import { directiveNames } from './links.ts';
import { judgeLinkUrl } from './spec.ts';
import { allSubgraphLinks } from './subgraphLinks.ts';
import type { SubgraphLink } from './subgraphLinks.ts';

/** The privacy spec's directives, without `@`. */
export const PRIVACY_DIRECTIVES = ['personal', 'purpose'] as const;

export type PrivacyDirective = (typeof PRIVACY_DIRECTIVES)[number];

/** A schema's links that are the privacy spec's, or are meant to be. */
export function privacyLinks(document: DocumentNode): readonly SubgraphLink[] {
  return allSubgraphLinks(document).filter(({ url }) => judgeLinkUrl(url).kind !== 'foreign');
}

/**
 * Names under which a schema applies `@personal` or `@purpose`: those of its links, and the plain names where it
 * links no such thing but applies a directive of that name all the same.
 */
export function privacyNames(document: DocumentNode, directive: PrivacyDirective): ReadonlySet<string> {
  const links = privacyLinks(document);
  if (links.length === 0) return new Set([directive]);
  return new Set(links.flatMap((link) => [...directiveNames(link, directive)]));
}
