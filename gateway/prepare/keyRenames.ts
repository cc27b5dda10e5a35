import type { FetchDataKeyRenamer, FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';

/** A plan without renames of keys, and those by the operations that they belong to. */
export interface KeyRenames {
  readonly queryPlan: QueryPlan;
  readonly renames: ReadonlyMap<DocumentNode, readonly FetchDataKeyRenamer[]>;
}

/**
 * Takes the renames of keys out of a plan. Fields that would clash in a subgraph have keys of the planner's own there,
 * and the executor of @apollo/gateway gives them their names back only if their values are neither null, false, 0 nor
 * empty (tried on 2.14.4). A required value that is null would be missing, and so would all that is asked with it.
 */
export function keyRenames(queryPlan: QueryPlan): KeyRenames {
  const renames = new Map<DocumentNode, readonly FetchDataKeyRenamer[]>();

  const taken = (node: PlanNode): PlanNode => {
    switch (node.kind) {
      case 'Sequence':
      case 'Parallel':
        return { ...node, nodes: node.nodes.map(taken) };
      case 'Flatten':
        return { ...node, node: taken(node.node) };
      case 'Condition':
        return {
          ...node,
          ...(node.ifClause === undefined ? {} : { ifClause: taken(node.ifClause) }),
          ...(node.elseClause === undefined ? {} : { elseClause: taken(node.elseClause) }),
        };
      case 'Fetch':
        return ofFetch(node);
      case 'Defer':
        throw new Error('Expected a plan without @defer.');
    }
  };

  const ofFetch = (node: FetchNode): FetchNode => {
    const { outputRewrites = [], operationDocumentNode: document } = node;
    const own = outputRewrites.filter((rewrite) => rewrite.kind === 'KeyRenamer');
    if (document === undefined || own.length === 0) return node;
    renames.set(document, own);
    return { ...node, outputRewrites: outputRewrites.filter((rewrite) => rewrite.kind !== 'KeyRenamer') };
  };

  const { node } = queryPlan;
  if (node === undefined || node.kind === 'Subscription') return { queryPlan, renames };
  return { queryPlan: { ...queryPlan, node: taken(node) }, renames };
}
