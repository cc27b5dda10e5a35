import type { DirectiveNode } from 'graphql';
import { applicationKey } from '../../applicationKey.ts';
import { definitionsOf } from '../../definitions.ts';
import { isKept } from './isKept.ts';
import type { CheckedSupergraph } from '../rule.ts';

/** An application of a subgraph that is not in the supergraph, although what it stands on is. */
export interface LostAnnotation {
  readonly coordinate: string;
  readonly node: DirectiveNode;
  readonly subgraph: string;
  /** It stands on an `@external` copy. */
  readonly external: boolean;
  /** Subgraphs whose copy is not external. */
  readonly resolvers: readonly string[];
}

/** What composition dropped of the privacy annotations, if nothing else demands the same in their place. */
export function* lostAnnotations({
  index,
  subgraphs,
  annotations,
}: CheckedSupergraph): Generator<LostAnnotation> {
  const kept = definitionsOf([{ name: null, document: index.document }]);
  for (const [coordinate, definitions] of definitionsOf(subgraphs)) {
    // What is not in the supergraph, such as an input field that not all subgraphs have, cannot be asked for.
    const inSupergraph = kept.get(coordinate);
    if (inSupergraph === undefined) continue;
    const keys = new Set(
      inSupergraph.flatMap(({ privacy }) =>
        privacy.map(({ directive, node }) => `${directive} ${applicationKey(node)}`),
      ),
    );
    const resolvers = definitions.flatMap(({ external, subgraph }) =>
      external || subgraph === null ? [] : [subgraph],
    );
    for (const { privacy, external, subgraph } of definitions) {
      for (const { directive, node } of privacy) {
        if (subgraph === null || keys.has(`${directive} ${applicationKey(node)}`)) continue;
        if (isKept(node, annotations.get(coordinate))) continue;
        yield { coordinate, node, subgraph, external, resolvers };
      }
    }
  }
}
