import { Kind } from 'graphql';
import type { DocumentNode } from 'graphql';
import { directiveNames, schemaDirectives } from './links.ts';
import { allSubgraphLinks } from './subgraphLinks.ts';

/** Directives that a subgraph exports: what `@composeDirective` names, without `@`. */
export function exportedNames(document: DocumentNode): ReadonlySet<string> {
  const federation = allSubgraphLinks(document).flatMap((link) => [
    ...directiveNames(link, 'composeDirective'),
  ]);
  return new Set(
    schemaDirectives(document)
      .filter(({ name }) => federation.includes(name.value))
      .flatMap((node) => node.arguments ?? [])
      .flatMap(({ value }) => (value.kind === Kind.STRING ? [value.value.replace(/^@/, '')] : [])),
  );
}
