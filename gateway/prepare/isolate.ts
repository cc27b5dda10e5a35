import type { Subgraph, Supergraph } from '@apollo/federation-internals';
import type { FetchNode, FlattenNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import {
  isAbstractType,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Apart } from './apartOf.ts';
import { apartFromInputs, missingFields } from './apartFromInputs.ts';
import { createFates, type FatesInput } from './createFates.ts';
import { entityFetch, fetchOf, operationOf } from './fetchNode.ts';
import { renamed, rewritesBelow } from './outputRewrites.ts';
import { splitFetch } from './splitFetch.ts';
import { unsureFetches } from './unsureFetches.ts';

/** A plan in which the failure of a denied field nulls nothing else. */
export interface Isolated {
  readonly queryPlan: QueryPlan;
  /** Operations of fetches of single fields: an object on the way that is null there says nothing. */
  readonly apart: ReadonlyMap<DocumentNode, ReadonlySet<string>>;
  /** Operations that may not be sent for every object at their path; see `unsureFetches`. */
  readonly unsure: ReadonlySet<DocumentNode>;
  /** Fields of the plan that no call of their own can fetch: `Type.field`. */
  readonly together: ReadonlySet<string>;
}

/** What isolating depends on: one generation. */
export interface IsolateInput extends FatesInput {
  readonly supergraph: Supergraph;
  readonly supergraphSchema: GraphQLSchema;
  /** Fields on the way to subject ids, `Type.field`; see `subjectFields`. */
  readonly subjectFields: ReadonlySet<string>;
  /** Fields of what stands below personal objects that cannot be fetched apart, `Type.field`; see `inlineContents`. */
  readonly inlineContents: ReadonlySet<string>;
}

/**
 * Has every personal field that is non-null in its subgraph fetched apart from what is shown whatever is decided
 * about it; see `splitFetch`. That costs a call of the subgraph, which nullable fields do not.
 */
export function isolate(input: IsolateInput, queryPlan: QueryPlan): Isolated {
  const { rules, supergraph, supergraphSchema, subjectFields, inlineContents } = input;
  const apart = new Map<DocumentNode, ReadonlySet<string>>();
  const together = new Set<string>();
  const { node } = queryPlan;
  if (!rules.linked || node === undefined || node.kind === 'Subscription')
    return { queryPlan, apart, unsure: new Set(), together };
  const subgraphs = supergraph.subgraphs();

  const isGuarded = (type: string, field: string): boolean =>
    concrete(type).some(
      (each) =>
        (rules.field(each, field) !== null || inlineContents.has(`${each}.${field}`)) &&
        !subjectFields.has(`${each}.${field}`),
    );

  const isSubject = (type: string, field: string): boolean =>
    concrete(type).some((each) => subjectFields.has(`${each}.${field}`));

  const fate = createFates(input);

  const concrete = (name: string): readonly string[] => {
    const type = supergraphSchema.getType(name);
    return isAbstractType(type) ? supergraphSchema.getPossibleTypes(type).map((each) => each.name) : [name];
  };

  const isAbstract = (name: string): boolean => isAbstractType(supergraphSchema.getType(name));

  const rootName = (operation: OperationTypeNode): string =>
    supergraphSchema.getRootType(operation)?.name ?? '';

  const mayBeMissing = missingFields(supergraph, isGuarded);

  const subgraphOf = ({ serviceName }: FetchNode): Subgraph => {
    const subgraph = subgraphs.get(serviceName);
    if (subgraph === undefined) throw new Error('Expected a subgraph of the supergraph.');
    return subgraph;
  };

  const walk = (at: PlanNode): readonly PlanNode[] => {
    switch (at.kind) {
      case 'Sequence':
        return [{ ...at, nodes: at.nodes.flatMap(walk) }];
      case 'Parallel':
        return [{ ...at, nodes: at.nodes.map((each) => sequence(walk(each))) }];
      case 'Condition':
        return [
          {
            ...at,
            ...(at.ifClause === undefined ? {} : { ifClause: sequence(walk(at.ifClause)) }),
            ...(at.elseClause === undefined ? {} : { elseClause: sequence(walk(at.elseClause)) }),
          },
        ];
      case 'Flatten':
        if (at.node.kind !== 'Fetch') throw new Error('Expected a fetch at the end of a path.');
        return apartFromInputs(at.node, subgraphOf(at.node), mayBeMissing).flatMap((each) =>
          split(each, at.path, NOTHING),
        );
      case 'Fetch':
        return splitRoot(at);
      case 'Defer':
        throw new Error('Expected a plan without @defer.');
    }
  };

  /**
   * Mutations of which one may be denied are sent one by one, since its failure would null the others' answers. So are
   * those of which something is fetched apart: it is what the mutation left, not what the next ones make of it.
   */
  const splitRoot = (fetch: FetchNode): readonly PlanNode[] => {
    const { selectionSet, operation } = operationOf(fetch);
    const { selections } = selectionSet;
    const whole = split(fetch, [], mutationsOf(fetch));
    if (operation !== OperationTypeNode.MUTATION || selections.length < 2) return whole;
    const isDenied = selections.some(
      (each) => each.kind === Kind.FIELD && isGuarded(rootName(operation), each.name.value),
    );
    if (!isDenied && whole.length === 1) return whole;
    return selections.flatMap((each) => {
      const single = fetchOf(fetch, [each]);
      return split(single, [], mutationsOf(single));
    });
  };

  /** The nodes to run one after the other in place of one fetch. */
  const split = (
    fetch: FetchNode,
    path: FlattenNode['path'],
    settled: ReadonlySet<FieldNode>,
  ): readonly PlanNode[] => {
    const { selectionSet, operation } = operationOf(fetch);
    const ofEntities = fetch.requires === undefined ? null : entitiesOf(fetch);
    const result = splitFetch(
      {
        subgraph: subgraphOf(fetch),
        concrete,
        isGuarded,
        isSubject,
        fate,
        settled,
        root: ofEntities === null ? { kind: 'type', name: rootName(operation) } : { kind: 'entities' },
      },
      (ofEntities?.selectionSet ?? selectionSet).selections,
    );
    for (const coordinate of result.together) together.add(coordinate);
    if (result.apart.length === 0) return [flatten(path, fetch)];

    const more = result.apart.map((each) => sequence(apartNodes(fetch, path, each)));
    const isEmpty = ofEntities !== null && !result.kept.some((each) => asksForData(each, isAbstract));
    if (isEmpty) return [parallel(more)];
    const kept = ofEntities === null ? result.kept : [{ ...ofEntities, selectionSet: setOf(result.kept) }];
    // Before the planner's own, by which the keys above have other names.
    const outputRewrites = [...result.renames, ...(fetch.outputRewrites ?? [])];
    const main = fetchOf(outputRewrites.length === 0 ? fetch : { ...fetch, outputRewrites }, kept);
    const way = apart.get(documentOf(fetch));
    if (way !== undefined) apart.set(documentOf(main), way);
    return [flatten(path, main), parallel(more)];
  };

  const apartNodes = (
    fetch: FetchNode,
    path: FlattenNode['path'],
    { keys, selections, path: below, settled, way }: Apart,
  ): readonly PlanNode[] => {
    const requires = keys?.map((key) => key.requires);
    const own =
      requires === undefined
        ? fetchOf(fetch, [{ ...entitiesOf(fetch), selectionSet: setOf(selections) }])
        : entityFetch(fetch, requires, selections, rewritesBelow(fetch, below));
    apart.set(documentOf(own), new Set(way.map((each) => ['_entities', ...each].join(' '))));
    return split(own, [...path, ...renamed(fetch, below)], settled);
  };

  const isolated = sequence(walk(node));
  const unsure = unsureFetches(isolated, mayBeMissing);
  return { queryPlan: { ...queryPlan, node: isolated }, apart, unsure, together };
}

const NOTHING: ReadonlySet<FieldNode> = new Set();

/** A mutation runs once, so its root fields stay where they are. */
function mutationsOf(fetch: FetchNode): ReadonlySet<FieldNode> {
  const { selectionSet, operation } = operationOf(fetch);
  if (operation !== OperationTypeNode.MUTATION) return NOTHING;
  return new Set(selectionSet.selections.filter((each) => each.kind === Kind.FIELD));
}

/** The `_entities` field of a fetch with `requires`. */
function entitiesOf(fetch: FetchNode): FieldNode {
  const [entities] = operationOf(fetch).selectionSet.selections;
  if (entities?.kind === Kind.FIELD) return entities;
  throw new Error('Expected a fetch of entities.');
}

function documentOf({ operationDocumentNode }: FetchNode): DocumentNode {
  if (operationDocumentNode !== undefined) return operationDocumentNode;
  throw new Error('Expected a planner that exposes documents.');
}

/** Whether anything is asked for that is not known yet: of an interface object, also which type it has. */
function asksForData(selection: SelectionNode, isAbstract: (type: string) => boolean): boolean {
  if (selection.kind !== Kind.INLINE_FRAGMENT) {
    return selection.kind !== Kind.FIELD || selection.name.value !== '__typename';
  }
  const { typeCondition, selectionSet } = selection;
  if (typeCondition !== undefined && isAbstract(typeCondition.name.value)) return true;
  return selectionSet.selections.some((each) => asksForData(each, isAbstract));
}

function setOf(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections };
}

function flatten(path: FlattenNode['path'], node: FetchNode): PlanNode {
  return path.length === 0 ? node : { kind: 'Flatten', path, node };
}

function sequence(nodes: readonly PlanNode[]): PlanNode {
  const flat = nodes.flatMap((node) => (node.kind === 'Sequence' ? node.nodes : [node]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { kind: 'Sequence', nodes: flat };
}

function parallel(nodes: readonly PlanNode[]): PlanNode {
  const [only] = nodes;
  return nodes.length === 1 && only !== undefined ? only : { kind: 'Parallel', nodes: [...nodes] };
}
