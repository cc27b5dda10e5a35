import { Kind } from 'graphql';
import { directiveNames, privacyLink, readLinks } from './links.ts';
import { parseSupergraph } from './supergraphIndex.ts';

/**
 * Names of the privacy directives that a supergraph defines without `repeatable`. Tried: composition then
 * drops what other subgraphs say on the same coordinate, with a mere hint, so such a supergraph cannot be
 * trusted to carry every annotation.
 * Throws NotASupergraphError and DirectiveError as `fieldRules` does.
 */
export function notRepeatable(supergraphSdl: string): readonly string[] {
  const document = parseSupergraph(supergraphSdl, 'without positions');
  const link = privacyLink(readLinks(document));
  const names = new Set(['personal', 'purpose'].flatMap((name) => [...directiveNames(link, name)]));
  return document.definitions.flatMap((node) =>
    node.kind === Kind.DIRECTIVE_DEFINITION && names.has(node.name.value) && !node.repeatable
      ? [`@${node.name.value}`]
      : [],
  );
}
