import { isTypeDefinitionNode, Kind, parse, print, visit } from 'graphql';
import type { ASTNode, ConstDirectiveNode } from 'graphql';

/** Puts directives at schema coordinates of an SDL. Throws for coordinates that it does not have. */
export function annotate(sdl: string, annotations: Readonly<Record<string, string>>): string {
  const left = new Set(Object.keys(annotations));
  const directivesAt = (coordinate: string): readonly ConstDirectiveNode[] => {
    const text = annotations[coordinate];
    if (text === undefined || !left.delete(coordinate)) return [];
    const [holder] = parse(`scalar Holder ${text}`, { noLocation: true }).definitions;
    return holder?.kind === Kind.SCALAR_TYPE_DEFINITION ? (holder.directives ?? []) : [];
  };

  const trail: string[] = [];
  const annotated = visit(parse(sdl, { noLocation: true }), {
    enter(node) {
      const coordinate = coordinateOf(node, trail);
      if (coordinate === null) return node.kind === Kind.DIRECTIVE_DEFINITION ? false : undefined;
      trail.push(coordinate);
      const added = directivesAt(coordinate);
      if (added.length === 0 || !('directives' in node)) return undefined;
      return { ...node, directives: [...(node.directives ?? []), ...added] };
    },
    leave(node) {
      if (coordinateOf(node, trail.slice(0, -1)) !== null) trail.pop();
    },
  });
  if (left.size > 0) throw new Error(`No such coordinates: ${[...left].join(', ')}`);
  return print(annotated);
}

function coordinateOf(node: ASTNode, trail: readonly string[]): string | null {
  const within = trail[trail.length - 1] ?? '';
  if (isTypeDefinitionNode(node) || node.kind === Kind.OBJECT_TYPE_EXTENSION) return node.name.value;
  if (node.kind === Kind.FIELD_DEFINITION || node.kind === Kind.ENUM_VALUE_DEFINITION) {
    return `${within}.${node.name.value}`;
  }
  if (node.kind !== Kind.INPUT_VALUE_DEFINITION) return null;
  return within.includes('.') ? `${within}(${node.name.value}:)` : `${within}.${node.name.value}`;
}
