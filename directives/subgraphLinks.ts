import { FeatureUrl } from '@apollo/federation-internals';
import { Kind } from 'graphql';
import type { ConstDirectiveNode, DocumentNode } from 'graphql';
import { readLink, schemaDirectives } from './links.ts';
import type { Link } from './links.ts';

/** A link of a subgraph's schema, with its place. */
export interface SubgraphLink extends Link {
  readonly node: ConstDirectiveNode;
  /** As it is written. */
  readonly url: string;
}

/** Identifies Apollo Federation in `@link`. */
export const FEDERATION_IDENTITY = 'https://specs.apollo.dev/federation';

const LINK_IDENTITY = 'https://specs.apollo.dev/link';

/**
 * The specs that a subgraph links, by identity, the first link of each. `@link` needs no link of its own there and
 * may be renamed by one. Without an entry for FEDERATION_IDENTITY it is a subgraph of Federation 1.
 */
export function subgraphLinks(document: DocumentNode): ReadonlyMap<string, SubgraphLink> {
  const links = new Map<string, SubgraphLink>();
  for (const link of allSubgraphLinks(document)) {
    if (!links.has(link.identity)) links.set(link.identity, link);
  }
  return links;
}

/** Every link of a subgraph, in order, also where it links a spec twice. */
export function allSubgraphLinks(document: DocumentNode): readonly SubgraphLink[] {
  const name = linkDirectiveName(document);
  return urlDirectives(document).filter(({ node }) => node.name.value === name);
}

/** What `@link` is called in a subgraph. */
export function linkDirectiveName(document: DocumentNode): string {
  const own = urlDirectives(document).find(
    ({ identity, prefix, node }) => identity === LINK_IDENTITY && node.name.value === prefix,
  );
  return own?.prefix ?? 'link';
}

/** What looks like a link, by whatever name. */
function urlDirectives(document: DocumentNode): readonly SubgraphLink[] {
  return schemaDirectives(document).flatMap((node): readonly SubgraphLink[] => {
    const link = readLink(node);
    const value = node.arguments?.find(({ name }) => name.value === 'url')?.value;
    return link === null || value?.kind !== Kind.STRING ? [] : [{ ...link, node, url: value.value }];
  });
}

/** The version of a linked spec. */
export function linkVersion(link: SubgraphLink): { readonly major: number; readonly minor: number } {
  const { major, minor } = FeatureUrl.maybeParse(link.url)?.version ?? { major: 0, minor: 0 };
  return { major, minor };
}
