import {
  baseType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  type CompositeType,
  type FieldDefinition,
  type Subgraph,
  type Supergraph,
} from '@apollo/federation-internals';
import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import { parseFieldSet } from '../../directives/fieldSet.ts';
import { fetchOf, operationOf } from './fetchNode.ts';

/** Whether a field that a subgraph requires of others may be missing because of a value that is denied. */
export type MayBeMissing = (type: string, field: string) => boolean;

/**
 * Asks an entity for what is made of other subgraphs' fields apart from what is not made of them: by one fetch for all
 * that may be missing for the same reason, of which each sends what it needs of it.
 *
 * INVARIANT: whether a required value is there shows nowhere but in what is made of it
 * (test/leaks/requiredInputs.test.ts). An entity whose required value is missing, since it failed or is null where
 * the schema has no null, is asked for nothing, or said to have no such object: beside other fields, that would tell.
 */
export function apartFromInputs(
  fetch: FetchNode,
  subgraph: Subgraph,
  mayBeMissing: MayBeMissing,
): readonly FetchNode[] {
  // What a mutation finds of the query type is no entity.
  if (fetch.requires === undefined) return [fetch];
  const [entities] = operationOf(fetch).selectionSet.selections;
  if (entities?.kind !== Kind.FIELD) throw new Error('Expected a fetch of entities.');
  const groups = new Map<string, { inputs: ReadonlySet<string>; selections: SelectionNode[] }>();
  for (const selection of entities.selectionSet?.selections ?? []) {
    for (const [inputs, part] of byInputs(selection, subgraph, mayBeMissing)) {
      const key = [...inputs].sort().join(' ');
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { inputs, selections: [part] });
      else known.selections.push(part);
    }
  }
  const asking = [...groups.values()].filter(({ selections }) => selections.some(asksForData));
  const all = new Set(asking.flatMap(({ inputs }) => [...inputs]));
  if (asking.length < 2) return [fetch];
  return asking.map(({ inputs, selections }) => {
    const others = new Set([...all].filter((path) => !inputs.has(path)));
    const requires = (fetch.requires ?? []).map((each) => without(each, others, subgraph, mayBeMissing));
    return fetchOf({ ...fetch, requires }, [
      { ...entities, selectionSet: { kind: Kind.SELECTION_SET, selections } },
    ]);
  });
}

/** One entity's selections by what they need that may be missing: paths such as `home.city`. */
function byInputs(
  selection: SelectionNode,
  subgraph: Subgraph,
  mayBeMissing: MayBeMissing,
): readonly (readonly [ReadonlySet<string>, SelectionNode])[] {
  const typeName = selection.kind === Kind.INLINE_FRAGMENT ? selection.typeCondition?.name.value : undefined;
  if (selection.kind !== Kind.INLINE_FRAGMENT || typeName === undefined) return [[new Set(), selection]];
  return selection.selectionSet.selections.map((each) => {
    const required = each.kind === Kind.FIELD ? fieldOf(subgraph, typeName, each.name.value) : undefined;
    const inputs = (required?.appliedDirectivesOf(subgraph.metadata().requiresDirective()) ?? []).flatMap(
      (applied) => pathsOf(applied.arguments().fields, typeName, subgraph, mayBeMissing),
    );
    const missing = inputs.flatMap(({ path, isMissing }) => (isMissing ? [path] : []));
    return [
      new Set(missing),
      { ...selection, selectionSet: { ...selection.selectionSet, selections: [each] } },
    ];
  });
}

/** A leaf of a field set. */
interface Leaf {
  readonly path: string;
  /** Whether it may be missing, or anything on the way to it. */
  readonly isMissing: boolean;
}

function pathsOf(
  text: unknown,
  typeName: string,
  subgraph: Subgraph,
  mayBeMissing: MayBeMissing,
): readonly Leaf[] {
  const walk = (set: SelectionSetNode, on: string, above: string, isMissing: boolean): readonly Leaf[] =>
    set.selections.flatMap((selection): readonly Leaf[] => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return walk(selection.selectionSet, selection.typeCondition?.name.value ?? on, above, isMissing);
      const name = selection.name.value;
      const type = subgraph.schema.type(on);
      const objects = type !== undefined && isInterfaceType(type) ? type.possibleRuntimeTypes() : [];
      const here =
        isMissing || [on, ...objects.map((each) => each.name)].some((of) => mayBeMissing(of, name));
      const target = fieldOf(subgraph, on, name)?.type;
      if (selection.selectionSet === undefined || target === undefined)
        return [{ path: `${above}${name}`, isMissing: here }];
      return walk(selection.selectionSet, baseType(target).name, `${above}${name}.`, here);
    });
  const set = typeof text === 'string' ? parseFieldSet(text) : null;
  return set === null ? [] : walk(set, typeName, '', false);
}

/** A representation without some paths, but for those of the key that it is known by. */
function without(
  selection: QueryPlanSelectionNode,
  paths: ReadonlySet<string>,
  subgraph: Subgraph,
  mayBeMissing: MayBeMissing,
): QueryPlanSelectionNode {
  if (selection.kind === 'Field' || selection.typeCondition === undefined) return selection;
  const sent = new Set(leavesOf(selection.selections, ''));
  const keys = keysOf(subgraph, selection.typeCondition, mayBeMissing).filter((leaves) =>
    leaves.every(({ path }) => sent.has(path)),
  );
  const key = keys.find((leaves) => leaves.every(({ isMissing }) => !isMissing)) ?? keys[0] ?? [];
  const kept = new Set(key.map(({ path }) => path));
  const removed = new Set([...paths].filter((path) => !kept.has(path)));
  return { ...selection, selections: pruned(selection.selections, removed, '') };
}

function keysOf(
  subgraph: Subgraph,
  typeName: string,
  mayBeMissing: MayBeMissing,
): readonly (readonly Leaf[])[] {
  const type = subgraph.schema.type(typeName);
  if (type === undefined || !(isObjectType(type) || isInterfaceType(type))) return [];
  return type
    .appliedDirectivesOf(subgraph.metadata().keyDirective())
    .map((applied) => applied.arguments())
    .filter(({ resolvable }) => resolvable !== false)
    .map(({ fields }) => pathsOf(fields, typeName, subgraph, mayBeMissing));
}

function leavesOf(selections: readonly QueryPlanSelectionNode[], above: string): readonly string[] {
  return selections.flatMap((each): readonly string[] => {
    if (each.kind === 'InlineFragment') return leavesOf(each.selections, above);
    const path = `${above}${each.name}`;
    return each.selections === undefined ? [path] : leavesOf(each.selections, `${path}.`);
  });
}

function pruned(
  selections: readonly QueryPlanSelectionNode[],
  removed: ReadonlySet<string>,
  above: string,
): QueryPlanSelectionNode[] {
  return selections.flatMap((each): QueryPlanSelectionNode[] => {
    const path = each.kind === 'Field' ? `${above}${each.name}` : above;
    if (each.selections === undefined) return removed.has(path) ? [] : [each];
    const kept = pruned(each.selections, removed, each.kind === 'Field' ? `${path}.` : above);
    return kept.length === 0 ? [] : [{ ...each, selections: kept }];
  });
}

function fieldOf(
  subgraph: Subgraph,
  typeName: string,
  name: string,
): FieldDefinition<CompositeType> | undefined {
  const type = subgraph.schema.type(typeName);
  return type !== undefined && (isObjectType(type) || isInterfaceType(type)) ? type.field(name) : undefined;
}

function requiresMore(subgraph: Subgraph, field: FieldDefinition<CompositeType>): boolean {
  return field.hasAppliedDirective(subgraph.metadata().requiresDirective());
}

/**
 * What some subgraph has as non-null may be missing where it is personal, and so may what is made of other fields
 * that are missing.
 */
export function missingFields(supergraph: Supergraph, isGuarded: MayBeMissing): MayBeMissing {
  const subgraphs = [...supergraph.subgraphs().values()];
  return (typeName, name) =>
    subgraphs.some((subgraph) => {
      const field = fieldOf(subgraph, typeName, name);
      if (field?.type === undefined) return false;
      return (isNonNullType(field.type) && isGuarded(typeName, name)) || requiresMore(subgraph, field);
    });
}

function asksForData(selection: SelectionNode): boolean {
  if (selection.kind === Kind.INLINE_FRAGMENT) return selection.selectionSet.selections.some(asksForData);
  return selection.kind !== Kind.FIELD || selection.name.value !== '__typename';
}
