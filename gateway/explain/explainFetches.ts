import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import { isInterfaceType, isObjectType, parse, print, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { OperationPlan } from '../prepare/plan.ts';
import type { ExplainedFetch } from './explanation.ts';

/** The requests that a plan makes, in its order. */
export function explainFetches({ queryPlan }: OperationPlan): readonly ExplainedFetch[] {
  return fetchNodes(queryPlan).map(({ serviceName, operation }) => ({
    subgraph: serviceName,
    operation: print(parse(operation, { noLocation: true })),
  }));
}

/**
 * The subgraphs that a plan asks for each field, by coordinate; what is asked of an interface counts for all that
 * implement it.
 */
export function fetchedFields({
  queryPlan,
  supergraphSchema,
}: OperationPlan): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { serviceName, operation } of fetchNodes(queryPlan)) {
    // `_entities` is no field of the supergraph, but each representation is asked on a type that is.
    const types = new TypeInfo(supergraphSchema);
    visit(
      parse(operation, { noLocation: true }),
      visitWithTypeInfo(types, {
        Field: ({ name }) => {
          const parent = types.getParentType();
          if (!isObjectType(parent) && !isInterfaceType(parent)) return;
          const holders = isInterfaceType(parent)
            ? [parent, ...supergraphSchema.getPossibleTypes(parent)]
            : [parent];
          for (const holder of holders) {
            const coordinate = `${holder.name}.${name.value}`;
            found.set(coordinate, (found.get(coordinate) ?? new Set()).add(serviceName));
          }
        },
      }),
    );
  }
  return found;
}

function fetchNodes({ node }: QueryPlan): readonly FetchNode[] {
  const found: FetchNode[] = [];
  const walk = (each: QueryPlan['node']): void => {
    switch (each?.kind) {
      case 'Fetch':
        found.push(each);
        break;
      case 'Flatten':
        walk(each.node);
        break;
      case 'Sequence':
      case 'Parallel':
        for (const inner of each.nodes) walk(inner);
        break;
      case 'Condition':
        walk(each.ifClause);
        walk(each.elseClause);
        break;
      case 'Defer':
      case 'Subscription':
      case undefined:
        break;
    }
  };
  walk(node);
  return found;
}
