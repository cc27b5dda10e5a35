import type { Supergraph } from '@apollo/federation-internals';
import type { ServiceDefinition } from './execute/services.ts';

/** What of a supergraph is the consent system itself. */
export interface ConsentSubgraphs {
  /** Subgraphs that are told who is calling. */
  readonly names: ReadonlySet<string>;
  /** Root mutation fields that any of them resolves, which are guarded. */
  readonly mutations: ReadonlySet<string>;
}

/** The root field of the consent source protocol (docs/consent-source.md), by which its system is known. */
const STATES_FIELD = '_consentStates';

/**
 * Finds the consent system's own subgraphs: those that resolve the consent source protocol, and the one that is
 * routed to where consents are read, should its schema leave the protocol out.
 *
 * INVARIANT: what writes consents is guarded however its address is spelled (test/gateway/consentSubgraphs.test.ts).
 */
export function consentSubgraphs(
  supergraph: Supergraph,
  definitions: readonly ServiceDefinition[],
  consentUrl: string | null,
): ConsentSubgraphs {
  const resolvers = rootResolvers(supergraph, 'query').get(STATES_FIELD) ?? [];
  const graphs = new Map(
    [...supergraph.subgraphNameToGraphEnumValue()].filter(
      ([name, graph]) =>
        resolvers.includes(graph) ||
        definitions.some(
          (each) => each.name === name && consentUrl !== null && isSameUrl(each.url, consentUrl),
        ),
    ),
  );
  const own = new Set(graphs.values());
  const mutations = [...rootResolvers(supergraph, 'mutation')].filter(([, by]) =>
    by.some((graph) => own.has(graph)),
  );
  return { names: new Set(graphs.keys()), mutations: new Set(mutations.map(([name]) => name)) };
}

/** The graphs that resolve each root field, by `@join__field`, or by `@join__type` where it says nothing. */
function rootResolvers(
  supergraph: Supergraph,
  root: 'query' | 'mutation',
): ReadonlyMap<string, readonly string[]> {
  const type = supergraph.schema.schemaDefinition.rootType(root);
  if (type === undefined) return new Map();
  const onType = graphsOf(type.appliedDirectivesOf('join__type'));
  return new Map(
    type.fields().map((field) => {
      const onField = graphsOf(field.appliedDirectivesOf('join__field'));
      return [field.name, onField.length > 0 ? onField : onType];
    }),
  );
}

function graphsOf(applied: readonly { arguments(): Record<string, unknown> }[]): string[] {
  return applied.flatMap((directive) => {
    const { graph } = directive.arguments();
    return typeof graph === 'string' ? [graph] : [];
  });
}

function isSameUrl(a: string, b: string): boolean {
  return URL.canParse(a) && URL.canParse(b) && new URL(a).href === new URL(b).href;
}
