import { Kind, parse } from 'graphql';
import type { ConstDirectiveNode, DocumentNode } from 'graphql';
import { directiveNames, schemaDirectives } from '../links.ts';
import { PERSONAL_DEFINITION, PRIVACY_IDENTITY, PRIVACY_URL, PURPOSE_DEFINITION } from '../spec.ts';
import { FEDERATION_IDENTITY, linkDirectiveName, linkVersion, subgraphLinks } from '../subgraphLinks.ts';
import type { Additions } from './placeAdditions.ts';
import { annotate } from './subgraphElements.ts';

const DEFINITIONS: ReadonlyMap<string, string> = new Map([
  ['personal', PERSONAL_DEFINITION],
  ['purpose', PURPOSE_DEFINITION],
]);

/**
 * A subgraph with what overlays add to it. It gets what it lacks for the annotations to reach the supergraph: the
 * link of the privacy spec, the directives' definitions and `@composeDirective`. The subgraph must link Federation 2.
 */
export function withAdditions(document: DocumentNode, additions: Additions): DocumentNode {
  const used = new Set([...additions.values()].flat().map(({ name }) => name.value));
  const linked = subgraphLinks(document).has(PRIVACY_IDENTITY)
    ? document
    : joined(document, `extend schema @${linkDirectiveName(document)}(url: "${PRIVACY_URL}")`);
  const exporting = withComposeDirective(linked);
  const link = subgraphLinks(exporting).get(PRIVACY_IDENTITY);
  const names = new Map(
    [...DEFINITIONS.keys()].map((name) => [name, firstOf(directiveNames(link, name), name)]),
  );

  const composeDirective = composeDirectiveName(exporting);
  const defined = new Set(
    exporting.definitions.flatMap((node) =>
      node.kind === Kind.DIRECTIVE_DEFINITION ? [node.name.value] : [],
    ),
  );
  const exported = exportsOf(exporting, composeDirective);
  const lacking = [...names].flatMap(([directive, name]) => {
    if (!used.has(directive)) return [];
    const definition = (DEFINITIONS.get(directive) ?? '').replace(`@${directive}`, `@${name}`);
    return [
      ...(defined.has(name) ? [] : [definition]),
      ...(exported.has(`@${name}`) ? [] : [`extend schema @${composeDirective}(name: "@${name}")`]),
    ];
  });
  const complete = lacking.length === 0 ? exporting : joined(exporting, lacking.join('\n'));
  return annotate(
    complete,
    new Map([...additions].map(([at, directives]) => [at, renamed(directives, names)])),
  );
}

/** What `@composeDirective` is called in a subgraph. */
export function composeDirectiveName(document: DocumentNode): string {
  const federation = subgraphLinks(document).get(FEDERATION_IDENTITY);
  return firstOf(directiveNames(federation, 'composeDirective'), 'composeDirective');
}

/** `@composeDirective` came with Federation 2.1, which changed nothing else: 2.0 is linked as 2.1. */
function withComposeDirective(document: DocumentNode): DocumentNode {
  const federation = subgraphLinks(document).get(FEDERATION_IDENTITY);
  if (federation === undefined || linkVersion(federation).major !== 2 || linkVersion(federation).minor > 0) {
    return document;
  }
  const url = { kind: Kind.STRING, value: `${FEDERATION_IDENTITY}/v2.1` } as const;
  const relinked: ConstDirectiveNode = {
    ...federation.node,
    arguments: (federation.node.arguments ?? []).map((argument) =>
      argument.name.value === 'url' ? { ...argument, value: url } : argument,
    ),
  };
  return replaceSchemaDirectives(document, (node) => (node === federation.node ? relinked : node));
}

/** A document whose schema's directives are each replaced by another. */
export function replaceSchemaDirectives(
  document: DocumentNode,
  replace: (node: ConstDirectiveNode) => ConstDirectiveNode,
): DocumentNode {
  const definitions = document.definitions.map((node) =>
    node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION
      ? { ...node, directives: (node.directives ?? []).map(replace) }
      : node,
  );
  return { ...document, definitions };
}

function exportsOf(document: DocumentNode, composeDirective: string): ReadonlySet<string> {
  return new Set(
    schemaDirectives(document)
      .filter(({ name }) => name.value === composeDirective)
      .flatMap((node) => node.arguments ?? [])
      .flatMap(({ value }) => (value.kind === Kind.STRING ? [value.value] : [])),
  );
}

/** An overlay's directives by the names that the subgraph knows them by. */
function renamed(
  directives: readonly ConstDirectiveNode[],
  names: ReadonlyMap<string, string>,
): readonly ConstDirectiveNode[] {
  return directives.map((directive) => {
    const value = names.get(directive.name.value) ?? directive.name.value;
    return { ...directive, name: { ...directive.name, value } };
  });
}

/** Nodes without places: nobody wrote them. */
function joined(document: DocumentNode, sdl: string): DocumentNode {
  const { definitions } = parse(sdl, { noLocation: true });
  return { ...document, definitions: [...document.definitions, ...definitions] };
}

function firstOf(names: ReadonlySet<string>, otherwise: string): string {
  const [first] = names;
  return first ?? otherwise;
}
