import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { Need, Needs, Requires } from '../execute/representations.ts';
import type { Rewrite } from '../execute/rewrites.ts';
import { typesOf } from './typesOf.ts';

type Selections = readonly QueryPlanSelectionNode[];

/** Compiles what a fetch of entities sends of each object, by the object's type. */
export function compileRequires(
  requires: Selections,
  rewrites: readonly Rewrite[],
  schema: GraphQLSchema,
): Requires {
  return { byType: byType(requires, schema), rewrites };
}

/** What is needed of each type that some condition holds for. */
function byType(selections: Selections, schema: GraphQLSchema): ReadonlyMap<string, readonly Needs[]> {
  const found = new Map<string, Needs[]>();
  for (const selection of selections) {
    if (selection.kind !== 'InlineFragment' || selection.typeCondition === undefined) continue;
    const needs = needsOf(selection.selections, schema);
    for (const type of typesOf(schema, selection.typeCondition)) {
      const known = found.get(type);
      if (known === undefined) found.set(type, [needs]);
      else known.push(needs);
    }
  }
  return found;
}

function needsOf(selections: Selections, schema: GraphQLSchema): Needs {
  return selections.flatMap((selection): Need[] => {
    if (selection.kind !== 'Field') return [];
    const below = selection.selections;
    return [
      {
        key: selection.alias ?? selection.name,
        below: below === undefined ? null : { needs: needsOf(below, schema), byType: byType(below, schema) },
      },
    ];
  });
}
