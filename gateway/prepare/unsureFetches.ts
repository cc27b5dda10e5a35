import type { FetchNode, PlanNode } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import type { MayBeMissing } from './apartFromInputs.ts';

/**
 * Operations of a plan that may not be sent for every object at their path, because of values that are denied: the
 * executor leaves out objects of which a required field is missing.
 */
export function unsureFetches(plan: PlanNode, mayBeMissing: MayBeMissing): ReadonlySet<DocumentNode> {
  const found = new Set<DocumentNode>();

  const visit = (node: PlanNode | undefined): void => {
    switch (node?.kind) {
      case undefined:
        return;
      case 'Sequence':
      case 'Parallel':
        return node.nodes.forEach(visit);
      case 'Flatten':
        return visit(node.node);
      case 'Condition':
        visit(node.ifClause);
        return visit(node.elseClause);
      case 'Fetch':
        if (isUnsure(node) && node.operationDocumentNode !== undefined) found.add(node.operationDocumentNode);
        return;
      case 'Defer':
        throw new Error('Expected a plan without @defer.');
    }
  };

  const isUnsure = ({ requires = [] }: FetchNode): boolean =>
    requires.some(
      (selection) =>
        selection.kind === 'InlineFragment' &&
        selection.selections.some(
          (each) =>
            each.kind === 'Field' &&
            each.name !== '__typename' &&
            mayBeMissing(selection.typeCondition ?? '', each.name),
        ),
    );

  visit(plan);
  return found;
}
