import { getLocation, visit, type DocumentNode, type FieldNode } from 'graphql';
import type { Prepared } from '../prepare/prepare.ts';
import type { CaseInput } from './caseInput.ts';
import { explainCases } from './explainCases.ts';
import { fetchedFields } from './explainFetches.ts';
import type { ExplainedInputs } from './explainInputs.ts';
import { positionOf, type FieldPlace } from './explainPlaces.ts';
import type { ExplainedField } from './explanation.ts';

/** One prepared operation, by what explaining its fields needs. */
export interface PreparedFields {
  /** As the client wrote it: the operation and its fragments. */
  readonly document: DocumentNode;
  /** The same without what `@skip` and `@include` leave out. */
  readonly settled: DocumentNode;
  readonly places: readonly FieldPlace[];
  readonly inputs: ExplainedInputs;
  readonly prepared: Pick<Prepared, 'plan' | 'withheld'>;
}

/** Explains every field of a document, in its order. */
export function explainFields(input: CaseInput, prepared: PreparedFields): readonly ExplainedField[] {
  const { inputs } = prepared;
  const { plan, withheld } = prepared.prepared;
  const remaining = new Set(fieldNodes(prepared.settled).map(positionOf));
  const fetched = fetchedFields(plan);
  const places = byPosition(prepared.places);

  const fetchOf = (node: FieldNode, found: readonly FieldPlace[]): ExplainedField['fetch'] => {
    if (!remaining.has(positionOf(node))) return 'left out';
    if (node.name.value.startsWith('__')) return 'gateway';
    if (found.length === 0) return 'nowhere';
    if (found.some(({ asked }) => asked)) return 'asked';
    return found.some(({ compiled }) => withheld.has(compiled.shape.coordinate)) ? 'withheld' : 'dropped';
  };

  return fieldNodes(prepared.document).map((node) => {
    const found = places.get(positionOf(node)) ?? [];
    const fetch = fetchOf(node, found);
    const denied = fetch === 'dropped' ? found.filter(isDenied) : [];
    return {
      ...placeOf(node),
      selection: `${node.alias === undefined ? '' : `${node.alias.value}: `}${node.name.value}`,
      fetch,
      elsewhere: [
        ...new Set(denied.flatMap(({ compiled }) => [...(fetched.get(compiled.shape.coordinate) ?? [])])),
      ].sort(),
      cases: explainCases(input, found),
      inputs: inputs.get(positionOf(node)) ?? [],
    };
  });
}

const isDenied = ({ compiled }: FieldPlace): boolean => compiled.shape.guard?.verdict.effect === 'deny';

function byPosition(places: readonly FieldPlace[]): ReadonlyMap<number, readonly FieldPlace[]> {
  const found = new Map<number, FieldPlace[]>();
  for (const place of places) {
    for (const node of place.compiled.nodes) {
      const known = found.get(positionOf(node));
      if (known === undefined) found.set(positionOf(node), [place]);
      else known.push(place);
    }
  }
  return found;
}

/** Every field but what stands below introspection, which says nothing about people. */
function fieldNodes(document: DocumentNode): readonly FieldNode[] {
  const found: FieldNode[] = [];
  visit(document, {
    Field: (node) => {
      found.push(node);
      return node.name.value.startsWith('__') ? false : undefined;
    },
  });
  return found;
}

function placeOf({ loc }: FieldNode): { readonly line: number; readonly column: number } {
  return loc === undefined ? { line: 1, column: 1 } : getLocation(loc.source, loc.start);
}
