import type { ConstDirectiveNode } from 'graphql';
import type { RuleFinding } from '../rules/finding.ts';
import type { SubgraphSource } from '../subgraphSource.ts';
import { overlayFinding } from './composeFindings.ts';
import type { Addition } from './overlay.ts';
import { subgraphElements, type SubgraphElement } from './subgraphElements.ts';

/** What overlays add to one subgraph, by coordinate. */
export type Additions = ReadonlyMap<string, readonly ConstDirectiveNode[]>;

/**
 * Finds the subgraphs that overlays annotate: the one that is named, or else each that defines the element and
 * does not merely repeat it as `@external`. What cannot be placed goes to `findings`: an annotation that lands
 * nowhere would protect nothing.
 */
export function placeAdditions(
  subgraphs: readonly SubgraphSource[],
  additions: readonly Addition[],
  findings: RuleFinding[],
): ReadonlyMap<string, Additions> {
  const elements = new Map(subgraphs.map(({ name, document }) => [name, subgraphElements(document)]));
  const placed = new Map<string, Map<string, readonly ConstDirectiveNode[]>>();
  for (const addition of additions) {
    const { coordinate, directives } = addition;
    const named = addition.subgraph === null ? [...elements] : [...elements].filter(isOf(addition.subgraph));
    const found = named.flatMap(([name, ofSubgraph]) => {
      const element = ofSubgraph.get(coordinate);
      // INVARIANT: what an overlay says never lands on @external copies alone, where composition drops it
      // without a word. test/directives/compose/overlays.test.ts: "an @external copy".
      return element === undefined || element.external ? [] : [{ name, element }];
    });
    if (found.length === 0)
      findings.push(overlayFinding(addition.node, coordinate, missing(addition, named)));
    for (const { name, element } of found) {
      const mismatch = mismatchOf(addition, element, name);
      if (mismatch !== null) {
        findings.push(overlayFinding(addition.node, coordinate, mismatch));
      } else if (directives.length > 0) {
        const ofSubgraph = placed.get(name) ?? new Map<string, readonly ConstDirectiveNode[]>();
        placed.set(name, ofSubgraph.set(coordinate, [...(ofSubgraph.get(coordinate) ?? []), ...directives]));
      }
    }
  }
  return placed;
}

type OfSubgraph = readonly [name: string, elements: ReadonlyMap<string, SubgraphElement>];

function isOf(subgraph: string): (entry: OfSubgraph) => boolean {
  return ([name]) => name === subgraph;
}

function missing({ coordinate, subgraph }: Addition, looked: readonly OfSubgraph[]): string {
  const external = looked.filter(([, elements]) => elements.get(coordinate)?.external === true);
  if (external.length > 0) {
    const names = external.map(([name]) => name).join(', ');
    return `it stands in ${names} as @external alone, where an annotation is lost; annotate the subgraph that defines it.`;
  }
  if (subgraph === null) return 'no subgraph defines it; an overlay adds nothing but annotations.';
  return `the subgraph ${subgraph} does not define it; an overlay adds nothing but annotations.`;
}

function mismatchOf(addition: Addition, element: SubgraphElement, subgraph: string): string | null {
  if (element.kind !== addition.extends) {
    return `it is of the kind "${element.kind}" in the subgraph ${subgraph}, not "${addition.extends}".`;
  }
  if (element.type !== addition.type) {
    return `it is ${String(element.type)} in the subgraph ${subgraph}, not ${String(addition.type)}; an overlay repeats it as it is, or names one subgraph by --overlay NAME=FILE.`;
  }
  return null;
}
