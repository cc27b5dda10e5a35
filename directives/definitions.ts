import { Kind } from 'graphql';
import type { ASTNode, DefinitionNode, DirectiveNode, DocumentNode, NameNode } from 'graphql';
import { PRIVACY_DIRECTIVES, privacyLinks, privacyNames } from './privacyNames.ts';
import type { PrivacyDirective } from './privacyNames.ts';

/** One definition, in one document, of what a coordinate names. */
export interface Definition {
  readonly subgraph: string | null;
  readonly name: ASTNode;
  readonly directives: readonly DirectiveNode[];
  /** Applications of the privacy directives among them. */
  readonly privacy: readonly PrivacyApplication[];
  /** It, or what it belongs to, is `@external` there. */
  readonly external: boolean;
}

export interface PrivacyApplication {
  readonly directive: PrivacyDirective;
  readonly node: DirectiveNode;
}

/** Everything that schemas define, by coordinate. */
export function definitionsOf(
  documents: readonly NamedDocument[],
): ReadonlyMap<string, readonly Definition[]> {
  const found = new Map<string, Definition[]>();
  for (const { name, document } of documents) collect(found, document, name);
  return found;
}

export interface NamedDocument {
  /** The subgraph's; `null` for a supergraph. */
  readonly name: string | null;
  readonly document: DocumentNode;
}

function collect(found: Map<string, Definition[]>, document: DocumentNode, subgraph: string | null): void {
  const [link] = privacyLinks(document);
  const names = PRIVACY_DIRECTIVES.map((directive) => ({
    directive,
    names: privacyNames(document, directive),
  }));
  /** @returns whether it is `@external`. */
  const add = (coordinate: string, node: Bearer, name: ASTNode, within: boolean): boolean => {
    const directives = node.directives ?? [];
    const external = within || directives.some((applied) => EXTERNAL.test(applied.name.value));
    const privacy = names.flatMap(({ directive, names: called }) =>
      directives
        .filter((applied) => called.has(applied.name.value))
        .map((applied) => ({ directive, node: applied })),
    );
    const definition: Definition = { subgraph, name, directives, privacy, external };
    const known = found.get(coordinate);
    if (known === undefined) found.set(coordinate, [definition]);
    else known.push(definition);
    return external;
  };
  for (const node of document.definitions) {
    if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) {
      // A schema has no name: its links stand for it.
      add('schema', node, link?.node ?? node.directives?.[0] ?? node, false);
    } else if (node.kind === Kind.DIRECTIVE_DEFINITION) {
      add(`@${node.name.value}`, {}, node.name, false);
    } else if ('directives' in node && 'name' in node && node.name !== undefined) {
      const type = node.name.value;
      const ofType = add(type, node, node.name, false);
      for (const part of partsOf(node)) {
        const ofPart = add(`${type}.${part.name.value}`, part, part.name, ofType);
        for (const input of part.arguments ?? [])
          add(`${type}.${part.name.value}(${input.name.value}:)`, input, input.name, ofPart);
      }
    }
  }
}

/** Whatever a subgraph calls Federation's `@external`. */
const EXTERNAL = /^(?:.*__)?external$/;

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
