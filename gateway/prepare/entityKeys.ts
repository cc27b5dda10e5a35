import { baseType, isObjectType, type ObjectType, type Subgraph } from '@apollo/federation-internals';
import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, type InlineFragmentNode, type SelectionNode, type SelectionSetNode } from 'graphql';
import { parseFieldSet } from '../../directives/fieldSet.ts';
import { inlineFragment, TYPENAME } from './selections.ts';

/** How an object of one type is found again in its subgraph, by `_entities`. */
export interface EntityKey {
  /** `... on User { __typename id }`, for the fetch that finds it first. */
  readonly selection: InlineFragmentNode;
  /** The same as a plan's `requires`. */
  readonly requires: QueryPlanSelectionNode;
  /** How fields that are fetched under other names get their own back; paths are those from the object. */
  readonly renames: readonly FetchDataRewrite[];
}

/** Whether a field is personal, on any type that the subgraph's type stands for. */
export type IsGuarded = (type: string, field: string) => boolean;

/**
 * A key by which a subgraph resolves a type, of fields that are not personal: neither their values nor their
 * failures tell anything. `null` where there is none.
 */
export function entityKey(subgraph: Subgraph, typeName: string, isGuarded: IsGuarded): EntityKey | null {
  const type = subgraph.schema.type(typeName);
  if (type === undefined || !isObjectType(type)) return null;
  const applied = type.appliedDirectivesOf(keyOf(subgraph));
  for (const { fields, resolvable } of applied.map((each) => each.arguments())) {
    const set = typeof fields === 'string' && resolvable !== false ? parseFieldSet(fields) : null;
    if (set === null || !isPlain(subgraph, typeName, set, isGuarded)) continue;
    const selections = [TYPENAME, ...set.selections];
    const asked = selections.map((selection) => mergeable(subgraph, type, selection));
    return {
      selection: inlineFragment(typeName, asked, []),
      requires: {
        kind: 'InlineFragment',
        typeCondition: typeName,
        selections: selections.flatMap(requiredSelection),
      },
      renames: asked.flatMap((selection): readonly FetchDataRewrite[] => {
        if (selection.kind !== Kind.FIELD || selection.alias === undefined) return [];
        const path = [`... on ${typeName}`, selection.alias.value];
        return [{ kind: 'KeyRenamer', path, renameKeyTo: selection.name.value }];
      }),
    };
  }
  return null;
}

/**
 * A field of a key under an alias of its own where its name stands for something else elsewhere in the subgraph: beside
 * that one, GraphQL would not merge it. The planner does the same with what it adds, and counts from zero.
 */
function mergeable(subgraph: Subgraph, type: ObjectType, selection: SelectionNode): SelectionNode {
  if (selection.kind !== Kind.FIELD) return selection;
  const name = selection.name.value;
  const others = [...subgraph.schema.objectTypes(), ...subgraph.schema.interfaceTypes()];
  const shapes = new Set(others.flatMap((each) => each.field(name)?.type?.toString() ?? []));
  if (shapes.size < 2) return selection;
  const at = [...shapes].sort().indexOf(type.field(name)?.type?.toString() ?? '');
  return { ...selection, alias: { kind: Kind.NAME, value: `${name}__alias_${FIRST_ALIAS + at}` } };
}

/** More than the planner would give to one operation, which is no larger than what `prepare` refuses. */
const FIRST_ALIAS = 100_000;

/** Plain fields of objects, none of them personal. Fragments in a key are left to other keys. */
function isPlain(subgraph: Subgraph, typeName: string, set: SelectionSetNode, isGuarded: IsGuarded): boolean {
  const type = subgraph.schema.type(typeName);
  if (type === undefined || !isObjectType(type)) return false;
  return set.selections.every((selection) => {
    if (selection.kind !== Kind.FIELD || isGuarded(typeName, selection.name.value)) return false;
    const field = type.field(selection.name.value);
    if (field?.type === undefined || (selection.arguments ?? []).length > 0) return false;
    return (
      selection.selectionSet === undefined ||
      isPlain(subgraph, baseType(field.type).name, selection.selectionSet, isGuarded)
    );
  });
}

function requiredSelection(selection: SelectionNode): QueryPlanSelectionNode[] {
  if (selection.kind !== Kind.FIELD) return [];
  const below = selection.selectionSet?.selections.flatMap(requiredSelection);
  const name = selection.name.value;
  return [{ kind: 'Field', name, ...(below === undefined ? {} : { selections: below }) }];
}

function keyOf(subgraph: Subgraph): ReturnType<ReturnType<Subgraph['metadata']>['keyDirective']> {
  return subgraph.metadata().keyDirective();
}
