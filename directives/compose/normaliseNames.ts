import { Kind, parse, print, visit } from 'graphql';
import type { ConstArgumentNode, DirectiveDefinitionNode, DocumentNode } from 'graphql';
import { directiveNames } from '../links.ts';
import { PERSONAL_DEFINITION, PRIVACY_IDENTITY, PURPOSE_DEFINITION } from '../spec.ts';
import { subgraphLinks } from '../subgraphLinks.ts';
import { composeDirectiveName, replaceSchemaDirectives } from './linkPrivacy.ts';

const DIRECTIVES = ['personal', 'purpose'] as const;
type Directive = (typeof DIRECTIVES)[number];

/** What the privacy directives are called in every subgraph that is composed. */
type Names = ReadonlyMap<Directive, string>;

/**
 * The subgraphs with one name for each privacy directive, whatever they import it as: composition throws where
 * two subgraphs call it differently. That is `@personal` and `@purpose`, unless some subgraph has a directive of
 * its own by one of these names; then it is what GraphQL links call them by default, `@privacy__personal`.
 *
 * Each subgraph's copy of a definition is replaced by ours if it means the same. One that differs is left as it
 * is, for a rule to complain of.
 */
export function normaliseNames(
  documents: ReadonlyMap<string, DocumentNode>,
): ReadonlyMap<string, DocumentNode> {
  const taken = new Set([...documents.values()].flatMap(othersNames));
  const names: Names = new Map(
    DIRECTIVES.map((name) => [name, DIRECTIVES.some((each) => taken.has(each)) ? `privacy__${name}` : name]),
  );
  return new Map([...documents].map(([name, document]) => [name, normalised(document, names)]));
}

/** Names of the directives that a subgraph defines or imports, but for those of the privacy spec. */
function othersNames(document: DocumentNode): readonly string[] {
  const links = subgraphLinks(document);
  const ours = localNames(document);
  const defined = document.definitions.flatMap((node) =>
    node.kind === Kind.DIRECTIVE_DEFINITION ? [node.name.value] : [],
  );
  const imported = [...links.values()].flatMap(({ imports }) =>
    [...imports.values()].filter((name) => name.startsWith('@')).map((name) => name.slice(1)),
  );
  return [...defined, ...imported].filter((name) => !ours.has(name));
}

/** What a subgraph calls the privacy directives; empty where it does not link the spec. */
function localNames(document: DocumentNode): ReadonlyMap<string, Directive> {
  const link = subgraphLinks(document).get(PRIVACY_IDENTITY);
  return new Map(
    DIRECTIVES.flatMap((directive) =>
      [...directiveNames(link, directive)].map((name) => [name, directive] as const),
    ),
  );
}

function normalised(document: DocumentNode, names: Names): DocumentNode {
  const local = localNames(document);
  if (local.size === 0) return document;
  const targetOf = (name: string): string | undefined => {
    const directive = local.get(name);
    return directive === undefined ? undefined : names.get(directive);
  };
  const link = subgraphLinks(document).get(PRIVACY_IDENTITY)?.node;
  const composeDirective = composeDirectiveName(document);
  const relinked = replaceSchemaDirectives(document, (node) => {
    if (node === link) return { ...node, arguments: linkArguments(node.arguments ?? [], names) };
    if (node.name.value !== composeDirective) return node;
    const exported = (node.arguments ?? []).map((argument): ConstArgumentNode => {
      if (argument.value.kind !== Kind.STRING) return argument;
      const target = targetOf(argument.value.value.replace(/^@/, ''));
      return target === undefined
        ? argument
        : { ...argument, value: { ...argument.value, value: `@${target}` } };
    });
    return { ...node, arguments: exported };
  });
  const renamed = visit(relinked, {
    Directive: (node) => {
      const target = targetOf(node.name.value);
      return target === undefined ? undefined : { ...node, name: { ...node.name, value: target } };
    },
    DirectiveDefinition: (node) => {
      const target = targetOf(node.name.value);
      return target === undefined ? undefined : { ...node, name: { ...node.name, value: target } };
    },
  });
  return withOurDefinitions(renamed, names);
}

function linkArguments(given: readonly ConstArgumentNode[], names: Names): readonly ConstArgumentNode[] {
  const kept = given.filter(({ name }) => !['as', 'import'].includes(name.value));
  const imported = DIRECTIVES.filter((directive) => names.get(directive) === directive).map(
    (name) => `"@${name}"`,
  );
  if (imported.length === 0) return kept;
  const [sample] = parse(`schema @link(import: [${imported.join()}]) { query: Q }`, {
    noLocation: true,
  }).definitions;
  const added = sample?.kind === Kind.SCHEMA_DEFINITION ? (sample.directives?.[0]?.arguments ?? []) : [];
  return [...kept, ...added];
}

/** Copies of a definition under two names, which a link allows, become one. */
function withOurDefinitions(document: DocumentNode, names: Names): DocumentNode {
  const ours = new Map([...names].map(([directive, name]) => [name, ourDefinition(directive, name)]));
  const different = new Set<string>();
  const kept = document.definitions.filter((node) => {
    if (node.kind !== Kind.DIRECTIVE_DEFINITION) return true;
    const own = ours.get(node.name.value);
    if (own === undefined) return true;
    if (meaning(own) === meaning(node)) return false;
    different.add(node.name.value);
    return true;
  });
  const added = [...ours].filter(([name]) => !different.has(name)).map(([, definition]) => definition);
  return { ...document, definitions: [...kept, ...added] };
}

function ourDefinition(directive: Directive, name: string): DirectiveDefinitionNode {
  const sdl = { personal: PERSONAL_DEFINITION, purpose: PURPOSE_DEFINITION }[directive];
  const [definition] = parse(sdl, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.DIRECTIVE_DEFINITION)
    throw new Error(`Expected a definition of @${directive}.`);
  return { ...definition, name: { ...definition.name, value: name } };
}

/** All that a definition says but for its descriptions and the order of its parts. */
function meaning({ repeatable, locations, arguments: inputs }: DirectiveDefinitionNode): string {
  const args = (inputs ?? []).map((input) => {
    const written = input.defaultValue === undefined ? '' : ` = ${print(input.defaultValue)}`;
    return `${input.name.value}: ${print(input.type)}${written}${(input.directives ?? []).map(print).join(' ')}`;
  });
  return JSON.stringify([repeatable, locations.map(({ value }) => value).sort(), args.sort()]);
}
