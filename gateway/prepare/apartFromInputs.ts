import {
  isInterfaceType,
  isNonNullType,
  isObjectType,
  type CompositeType,
  type FieldDefinition,
  type Subgraph,
  type Supergraph,
} from '@apollo/federation-internals';
import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, type SelectionNode } from 'graphql';
import { parseFieldSet } from '../../directives/fieldSet.ts';
import { fetchOf, operationOf } from './fetchNode.ts';

/** Whether a field that a subgraph requires of others may be missing because of a value that is denied. */
export type MayBeMissing = (type: string, field: string) => boolean;

/**
 * Asks an entity for what is made of other subgraphs' fields apart from what its key is enough for.
 *
 * INVARIANT: whether a required value is there shows nowhere but in what is made of it
 * (test/leaks/requiredInputs.test.ts). An entity whose required value is missing, since it failed or is null where
 * the schema has no null, is asked for nothing: beside other fields, their absence would tell.
 */
export function apartFromInputs(
  fetch: FetchNode,
  subgraph: Subgraph,
  mayBeMissing: MayBeMissing,
): readonly FetchNode[] {
  const requires = fetch.requires ?? [];
  const keys = requires.map((selection) => keyOnly(selection, subgraph, mayBeMissing));
  if (keys.every((key, index) => key === requires[index])) return [fetch];
  const known = keys.filter((key) => key !== null);
  const [entities] = operationOf(fetch).selectionSet.selections;
  if (entities?.kind !== Kind.FIELD) throw new Error('Expected a fetch of entities.');
  const parts = (entities.selectionSet?.selections ?? []).map((selection) => partsOf(selection, subgraph));
  const plain = parts.flatMap(([of]) => of);
  const made = parts.flatMap(([, of]) => of);
  if (known.length < keys.length || !plain.some(asksForData) || made.length === 0) return [fetch];
  const asking = (of: FetchNode, selected: readonly SelectionNode[]): FetchNode =>
    fetchOf(of, [{ ...entities, selectionSet: { kind: Kind.SELECTION_SET, selections: selected } }]);
  return [asking({ ...fetch, requires: known }, plain), asking(fetch, made)];
}

/** What of a representation is a key; the same where all of it may be there, `null` where there is no key in it. */
function keyOnly(
  selection: QueryPlanSelectionNode,
  subgraph: Subgraph,
  mayBeMissing: MayBeMissing,
): QueryPlanSelectionNode | null {
  if (selection.kind === 'Field' || selection.typeCondition === undefined) return selection;
  const { typeCondition, selections } = selection;
  const names = selections.flatMap((each) => (each.kind === 'Field' ? [each.name] : []));
  const keys = keysOf(subgraph, typeCondition);
  const inputs = names.filter((name) => name !== '__typename' && !keys.some((key) => key.includes(name)));
  if (!inputs.some((name) => mayBeMissing(typeCondition, name))) return selection;
  const key = keys.find((fields) => fields.every((name) => names.includes(name)));
  if (key === undefined) return null;
  const kept = selections.filter(
    (each) => each.kind === 'Field' && (each.name === '__typename' || key.includes(each.name)),
  );
  return { ...selection, selections: kept };
}

/** Top-level fields of each key by which a subgraph resolves a type. */
function keysOf(subgraph: Subgraph, typeName: string): readonly (readonly string[])[] {
  const type = subgraph.schema.type(typeName);
  if (type === undefined || !(isObjectType(type) || isInterfaceType(type))) return [];
  return type.appliedDirectivesOf(subgraph.metadata().keyDirective()).flatMap((applied) => {
    const { fields, resolvable } = applied.arguments();
    const set = typeof fields === 'string' && resolvable !== false ? parseFieldSet(fields) : null;
    return set === null
      ? []
      : [set.selections.flatMap((each) => (each.kind === Kind.FIELD ? [each.name.value] : []))];
  });
}

/** What a key is enough for, and what is made of more. */
function partsOf(
  selection: SelectionNode,
  subgraph: Subgraph,
): readonly [plain: readonly SelectionNode[], made: readonly SelectionNode[]] {
  if (selection.kind !== Kind.INLINE_FRAGMENT) return [[selection], []];
  const type = subgraph.schema.type(selection.typeCondition?.name.value ?? '');
  const isMade = (each: SelectionNode): boolean => {
    if (each.kind !== Kind.FIELD || type === undefined) return false;
    const field = isObjectType(type) || isInterfaceType(type) ? type.field(each.name.value) : undefined;
    return field !== undefined && requiresMore(subgraph, field);
  };
  const { selections } = selection.selectionSet;
  const of = (some: readonly SelectionNode[]): readonly SelectionNode[] =>
    some.length === 0
      ? []
      : [{ ...selection, selectionSet: { ...selection.selectionSet, selections: some } }];
  return [of(selections.filter((each) => !isMade(each))), of(selections.filter(isMade))];
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
      const type = subgraph.schema.type(typeName);
      if (type === undefined || !(isObjectType(type) || isInterfaceType(type))) return false;
      const field = type.field(name);
      if (field?.type === undefined) return false;
      return (isNonNullType(field.type) && isGuarded(typeName, name)) || requiresMore(subgraph, field);
    });
}

function asksForData(selection: SelectionNode): boolean {
  if (selection.kind === Kind.INLINE_FRAGMENT) return selection.selectionSet.selections.some(asksForData);
  return selection.kind !== Kind.FIELD || selection.name.value !== '__typename';
}
