import { Kind, print } from 'graphql';
import type { ASTNode, DefinitionNode, DirectiveNode, DocumentNode, Location, NameNode } from 'graphql';
import { PRIVACY_DIRECTIVES, privacyLinks, privacyNames } from './privacyNames.ts';
import type { SubgraphSource } from './subgraphSource.ts';

/** A place in a file. Lines and columns count from 1. */
export interface Place {
  /** `null` where none can be told. */
  readonly file: string | null;
  readonly line: number;
  readonly column: number;
}

/** What is to be placed: see `Violation`. */
export interface Placeable {
  readonly coordinate: string;
  readonly node?: ASTNode | undefined;
  readonly subgraph?: string;
}

/** A supergraph, read with positions, and its file. */
export interface SupergraphDocument {
  readonly document: DocumentNode;
  readonly file: string | null;
}

/** One definition, in one document, of what a coordinate names. */
interface Definition {
  readonly subgraph: string | null;
  readonly name: ASTNode;
  readonly directives: readonly DirectiveNode[];
  /** Applications of the privacy directives among them. */
  readonly privacy: readonly DirectiveNode[];
  readonly external: boolean;
}

/**
 * Says where authors find what a rule complains of: the node itself if a subgraph's document holds it; else the
 * coordinate in the subgraphs' documents, first where the same application stands, then where any privacy directive
 * does, then where it is not `@external`; else the supergraph.
 */
export function createLocator(
  supergraph: SupergraphDocument | null,
  subgraphs: readonly SubgraphSource[],
): (placeable: Placeable) => Place {
  const files = new Set(subgraphs.flatMap(({ document }) => document.definitions.map(fileOf)));
  let known: readonly ReadonlyMap<string, readonly Definition[]>[] | undefined;
  const layers = (): readonly ReadonlyMap<string, readonly Definition[]>[] => {
    known ??= [
      definitionsOf(subgraphs),
      definitionsOf(supergraph === null ? [] : [{ name: null, document: supergraph.document }]),
    ];
    return known;
  };

  return ({ coordinate, node, subgraph }) => {
    if (node?.loc !== undefined && files.has(node.loc.source.name)) return placeOf(node.loc);
    const application = node?.kind === Kind.DIRECTIVE ? node : undefined;
    for (const definitions of layers()) {
      for (const at of [coordinate, ...around(coordinate)]) {
        const all = definitions.get(at) ?? [];
        const inSubgraph = all.filter((definition) => definition.subgraph === subgraph);
        const found = best(inSubgraph.length > 0 ? inSubgraph : all, application);
        if (found?.loc === undefined) continue;
        const place = placeOf(found.loc);
        return files.has(found.loc.source.name) ? place : { ...place, file: supergraph?.file ?? null };
      }
    }
    const place = node?.loc === undefined ? { line: 1, column: 1 } : placeOf(node.loc);
    return { ...place, file: supergraph?.file ?? null };
  };
}

/** Everything that schemas define, by coordinate. */
function definitionsOf(documents: readonly Named[]): ReadonlyMap<string, readonly Definition[]> {
  const found = new Map<string, Definition[]>();
  for (const { name, document } of documents) collect(found, document, name);
  return found;
}

interface Named {
  /** The subgraph's. */
  readonly name: string | null;
  readonly document: DocumentNode;
}

function collect(found: Map<string, Definition[]>, document: DocumentNode, subgraph: string | null): void {
  const [link] = privacyLinks(document);
  const privacy = new Set(PRIVACY_DIRECTIVES.flatMap((directive) => [...privacyNames(document, directive)]));
  const add = (coordinate: string, node: Bearer, name: ASTNode): void => {
    const directives = node.directives ?? [];
    const definition: Definition = {
      subgraph,
      name,
      directives,
      privacy: directives.filter((applied) => privacy.has(applied.name.value)),
      external: directives.some((applied) => /^(?:.*__)?external$/.test(applied.name.value)),
    };
    found.set(coordinate, [...(found.get(coordinate) ?? []), definition]);
  };
  for (const node of document.definitions) {
    if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) {
      // A schema has no name: its links stand for it.
      add('schema', node, link?.node ?? node.directives?.[0] ?? node);
    } else if (node.kind === Kind.DIRECTIVE_DEFINITION) {
      add(`@${node.name.value}`, {}, node.name);
    } else if ('directives' in node && 'name' in node && node.name !== undefined) {
      const type = node.name.value;
      add(type, node, node.name);
      for (const part of partsOf(node)) {
        add(`${type}.${part.name.value}`, part, part.name);
        for (const input of part.arguments ?? [])
          add(`${type}.${part.name.value}(${input.name.value}:)`, input, input.name);
      }
    }
  }
}

interface Bearer {
  readonly directives?: readonly DirectiveNode[] | undefined;
}

interface Part extends Bearer {
  readonly name: NameNode;
  readonly arguments?: readonly (Bearer & { readonly name: NameNode })[] | undefined;
}

/** Fields, input fields and enum values. */
function partsOf(node: DefinitionNode): readonly Part[] {
  if ('fields' in node) return node.fields ?? [];
  return 'values' in node ? (node.values ?? []) : [];
}

function best(
  definitions: readonly Definition[],
  application: DirectiveNode | undefined,
): ASTNode | undefined {
  if (application !== undefined) {
    const text = argumentsOf(application);
    const applied = definitions.flatMap(({ directives }) => directives);
    const same = applied.find((directive) => argumentsOf(directive) === text);
    if (same !== undefined) return same;
  }
  const bearer = definitions.find(({ privacy }) => privacy.length > 0);
  return (bearer ?? definitions.find(({ external }) => !external) ?? definitions[0])?.name;
}

/** An application's arguments in one spelling. Its name may differ between a subgraph and the supergraph. */
function argumentsOf(application: DirectiveNode): string {
  return (application.arguments ?? []).map(print).sort().join(', ');
}

/** `Type.field(argument:)` is in `Type.field`, which is in `Type`. */
function around(coordinate: string): readonly string[] {
  const [field = coordinate] = coordinate.split('(');
  const [type = coordinate] = field.split('.');
  return [field, type].filter((at) => at !== coordinate);
}

function fileOf(node: DefinitionNode): string {
  return node.loc?.source.name ?? '';
}

function placeOf(loc: Location): Place {
  const { line, column } = loc.startToken;
  return { file: loc.source.name, line, column };
}
