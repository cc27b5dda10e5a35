import { isInterfaceType, isObjectType, visit } from 'graphql';
import type { OperationPlan } from '../../prepare/plan.ts';

/**
 * The keys that the data of a plan can have: those of its operation, and names of fields, which the planner adds.
 *
 * A path that a subgraph gave is logged only where it is made of these (test/leaks/logs.test.ts), since
 * anything may be written into it.
 */
export function responseKeys({ operation, supergraphSchema }: OperationPlan): ReadonlySet<string> {
  const keys = new Set<string>();
  visit(operation, {
    Field: ({ alias, name }) => void keys.add((alias ?? name).value),
  });
  for (const type of Object.values(supergraphSchema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const name of Object.keys(type.getFields())) keys.add(name);
  }
  return keys;
}
