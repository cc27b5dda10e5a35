import { Kind, visit } from 'graphql';
import type {
  ASTNode,
  ConstDirectiveNode,
  DefinitionNode,
  DocumentNode,
  FieldDefinitionNode,
  InputValueDefinitionNode,
} from 'graphql';
import { directiveNames } from '../links.ts';
import { FEDERATION_IDENTITY, subgraphLinks } from '../subgraphLinks.ts';
import { typeOf, type ExtensionKind } from './overlay.ts';

/** An element of a subgraph that an annotation may stand on. */
export interface SubgraphElement {
  /** Kind of the type that it is or belongs to. */
  readonly kind: ExtensionKind | 'union';
  /** As `Addition.type`. */
  readonly type: string | null;
  /** A copy of another subgraph's field: what stands on it is lost. */
  readonly external: boolean;
}

const KINDS = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'type',
  [Kind.OBJECT_TYPE_EXTENSION]: 'type',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
  [Kind.INTERFACE_TYPE_EXTENSION]: 'interface',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
  [Kind.UNION_TYPE_EXTENSION]: 'union',
  [Kind.SCALAR_TYPE_DEFINITION]: 'scalar',
  [Kind.SCALAR_TYPE_EXTENSION]: 'scalar',
  [Kind.ENUM_TYPE_DEFINITION]: 'enum',
  [Kind.ENUM_TYPE_EXTENSION]: 'enum',
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'input',
  [Kind.INPUT_OBJECT_TYPE_EXTENSION]: 'input',
} as const;

type TypeNode = Extract<DefinitionNode, { kind: keyof typeof KINDS }>;

/** The elements of a subgraph by coordinate. */
export function subgraphElements(document: DocumentNode): ReadonlyMap<string, SubgraphElement> {
  const federation = subgraphLinks(document).get(FEDERATION_IDENTITY);
  // Federation 1 has no links and the plain name.
  const external = federation === undefined ? new Set(['external']) : directiveNames(federation, 'external');
  const isExternal = (directives: readonly ConstDirectiveNode[] | undefined): boolean =>
    (directives ?? []).some(({ name }) => external.has(name.value));

  const elements = new Map<string, SubgraphElement>();
  for (const definition of document.definitions) {
    if (!isTypeNode(definition)) continue;
    const name = definition.name.value;
    const kind = KINDS[definition.kind];
    const wholly = isExternal(definition.directives);
    const add = (coordinate: string, type: string | null, isCopy: boolean): void => {
      elements.set(coordinate, { kind, type, external: isCopy });
    };
    if (!elements.has(name)) add(name, null, false);
    for (const field of fieldsOf(definition)) {
      const coordinate = `${name}.${field.name.value}`;
      const isCopy = wholly || isExternal(field.directives);
      add(coordinate, typeOf(field), isCopy);
      for (const input of field.kind === Kind.FIELD_DEFINITION ? (field.arguments ?? []) : []) {
        add(`${coordinate}(${input.name.value}:)`, typeOf(input), isCopy);
      }
    }
    for (const value of 'values' in definition ? (definition.values ?? []) : []) {
      add(`${name}.${value.name.value}`, null, false);
    }
  }
  return elements;
}

/** A document with directives added to its elements, by coordinate; a type's go where it first stands. */
export function annotate(
  document: DocumentNode,
  added: ReadonlyMap<string, readonly ConstDirectiveNode[]>,
): DocumentNode {
  const pending = new Map(added);
  const onto = <Node extends { readonly directives?: readonly ConstDirectiveNode[] | undefined }>(
    coordinate: string,
    node: Node,
  ): Node | undefined => {
    const more = pending.get(coordinate);
    pending.delete(coordinate);
    return more === undefined ? undefined : { ...node, directives: [...(node.directives ?? []), ...more] };
  };
  let type = '';
  let field: string | null = null;
  return visit(document, {
    enter(node) {
      if (isTypeNode(node)) {
        type = node.name.value;
        return onto(type, node);
      }
      if (node.kind === Kind.DIRECTIVE_DEFINITION) return false;
      if (node.kind === Kind.ENUM_VALUE_DEFINITION) return onto(`${type}.${node.name.value}`, node);
      if (node.kind === Kind.FIELD_DEFINITION) {
        field = node.name.value;
        return onto(`${type}.${field}`, node);
      }
      if (node.kind === Kind.INPUT_VALUE_DEFINITION) {
        const name = node.name.value;
        return onto(field === null ? `${type}.${name}` : `${type}.${field}(${name}:)`, node);
      }
      return undefined;
    },
    leave(node) {
      if (node.kind === Kind.FIELD_DEFINITION) field = null;
    },
  });
}

function isTypeNode(node: ASTNode): node is TypeNode {
  return node.kind in KINDS;
}

function fieldsOf(definition: TypeNode): readonly (FieldDefinitionNode | InputValueDefinitionNode)[] {
  return 'fields' in definition ? (definition.fields ?? []) : [];
}
