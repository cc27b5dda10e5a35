import { Kind } from 'graphql';
import type { ASTNode, DirectiveNode, DocumentNode, Location } from 'graphql';
import { applicationKey } from './applicationKey.ts';
import { definitionsOf } from './definitions.ts';
import type { Definition } from './definitions.ts';
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

/**
 * Says where authors find what a rule complains of: the node itself if a subgraph's document holds it; else the
 * coordinate in the subgraphs' documents, first where the same application stands, then where any privacy directive
 * does, then where it is not `@external`; else the supergraph.
 */
export function createLocator(
  supergraph: SupergraphDocument | null,
  subgraphs: readonly SubgraphSource[],
): (placeable: Placeable) => Place {
  // Whatever does not stand in the supergraph's text stands in a subgraph's, or in that of an overlay of one.
  const composed = supergraph?.document.loc?.source;
  let known: readonly ReadonlyMap<string, readonly Definition[]>[] | undefined;
  const layers = (): readonly ReadonlyMap<string, readonly Definition[]>[] => {
    known ??= [
      definitionsOf(subgraphs),
      definitionsOf(supergraph === null ? [] : [{ name: null, document: supergraph.document }]),
    ];
    return known;
  };

  return ({ coordinate, node, subgraph }) => {
    if (node?.loc !== undefined && node.loc.source !== composed) return placeOf(node.loc);
    const application = node?.kind === Kind.DIRECTIVE ? node : undefined;
    for (const definitions of layers()) {
      for (const at of [coordinate, ...around(coordinate)]) {
        const all = definitions.get(at) ?? [];
        const inSubgraph = all.filter((definition) => definition.subgraph === subgraph);
        const found = best(inSubgraph.length > 0 ? inSubgraph : all, application);
        if (found?.loc === undefined) continue;
        const place = placeOf(found.loc);
        return found.loc.source === composed ? { ...place, file: supergraph?.file ?? null } : place;
      }
    }
    const place = node?.loc === undefined ? { line: 1, column: 1 } : placeOf(node.loc);
    return { ...place, file: supergraph?.file ?? null };
  };
}

function best(
  definitions: readonly Definition[],
  application: DirectiveNode | undefined,
): ASTNode | undefined {
  if (application !== undefined) {
    const text = applicationKey(application);
    const applied = definitions.flatMap(({ directives }) => directives);
    const same = applied.find((directive) => applicationKey(directive) === text);
    if (same !== undefined) return same;
  }
  const bearer = definitions.find(({ privacy }) => privacy.length > 0);
  return (bearer ?? definitions.find(({ external }) => !external) ?? definitions[0])?.name;
}

/** `Type.field(argument:)` is in `Type.field`, which is in `Type`. */
function around(coordinate: string): readonly string[] {
  const [field = coordinate] = coordinate.split('(');
  const [type = coordinate] = field.split('.');
  return [field, type].filter((at) => at !== coordinate);
}

function placeOf(loc: Location): Place {
  const { line, column } = loc.startToken;
  return { file: loc.source.name, line, column };
}
