import { Kind } from 'graphql';
import type { DirectiveDefinitionNode, DocumentNode } from 'graphql';
import { PRIVACY_DIRECTIVES, privacyLinks, privacyNames } from '../../privacyNames.ts';
import type { PrivacyDirective } from '../../privacyNames.ts';

/** A subgraph's own copy of the definition of a directive of the privacy spec. */
export interface DirectiveCopy {
  readonly directive: PrivacyDirective;
  readonly node: DirectiveDefinitionNode;
}

/** The copies in a subgraph that links the spec. */
export function directiveDefinitions(document: DocumentNode): readonly DirectiveCopy[] {
  if (privacyLinks(document).length === 0) return [];
  return PRIVACY_DIRECTIVES.flatMap((directive) => {
    const names = privacyNames(document, directive);
    return document.definitions.flatMap((node) =>
      node.kind === Kind.DIRECTIVE_DEFINITION && names.has(node.name.value) ? [{ directive, node }] : [],
    );
  });
}
