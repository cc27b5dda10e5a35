import { Kind } from 'graphql';
import type { DirectiveDefinitionNode, DocumentNode } from 'graphql';
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
 * Names under which a schema applies `@personal` or `@purpose`, or means to: those of its links, and the plain name,
 * whether it is imported or not. What is applied under a name that no link gives is lost, which a rule must see.
 */
export function privacyNames(document: DocumentNode, directive: PrivacyDirective): ReadonlySet<string> {
  const linked = linkedNames(document, directive);
  return isOthers(document, directive) ? linked : new Set([...linked, directive]);
}

/** Names that a schema's links of the privacy spec give one of its directives. */
export function linkedNames(document: DocumentNode, directive: PrivacyDirective): ReadonlySet<string> {
  return new Set(privacyLinks(document).flatMap((link) => [...directiveNames(link, directive)]));
}

/** Whether the plain name stands for something else: another spec's, one of its own, or the other of ours. */
function isOthers(document: DocumentNode, directive: PrivacyDirective): boolean {
  const isImported = allSubgraphLinks(document).some(
    (link) =>
      judgeLinkUrl(link.url).kind === 'foreign' && [...link.imports.values()].includes(`@${directive}`),
  );
  const isOurOther = PRIVACY_DIRECTIVES.some(
    (each) => each !== directive && linkedNames(document, each).has(directive),
  );
  const definition = document.definitions.find(
    (node) => node.kind === Kind.DIRECTIVE_DEFINITION && node.name.value === directive,
  );
  return (
    isImported ||
    isOurOther ||
    (definition?.kind === Kind.DIRECTIVE_DEFINITION && isForeign(definition, directive))
  );
}

/** Whether a definition has no argument that ours has, so that nothing of ours can be said with it. */
function isForeign(
  { arguments: defined = [] }: DirectiveDefinitionNode,
  directive: PrivacyDirective,
): boolean {
  return !defined.some(({ name }) => ARGUMENTS[directive].includes(name.value));
}

const ARGUMENTS: Readonly<Record<PrivacyDirective, readonly string[]>> = {
  personal: ['category', 'subject', 'namespace', 'mask', 'otherwise', 'reason'],
  purpose: ['allow', 'deny'],
};
