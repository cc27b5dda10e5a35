import { operationFromDocument, type Schema, type Supergraph } from '@apollo/federation-internals';
import type { QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { Kind, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { refusal } from '../errors.ts';
import { isKeyField } from './entityKeys.ts';
import { isolate, type IsolateInput } from './isolate.ts';
import type { Rewritten } from './rewrite.ts';

/** The schemas of one generation that planning and executing need. */
export interface PlanningSchemas {
  /** The API schema as the planner knows it. */
  readonly apiSchema: Schema;
  /** The same with every output nullable. */
  readonly shapingSchema: Schema;
  /** The API schema as graphql-js knows it. */
  readonly graphqlSchema: GraphQLSchema;
  /** The whole supergraph, by which the executor tells types apart. */
  readonly supergraphSchema: GraphQLSchema;
}

/** A rewritten operation with its plan. */
export interface OperationPlan extends Omit<PlanningSchemas, 'apiSchema'> {
  readonly operation: OperationDefinitionNode;
  readonly queryPlan: QueryPlan;
  /** Operations that fetch single fields: of the objects on the way, a null says nothing and is left out. */
  readonly apart: ReadonlySet<DocumentNode>;
}

/** What planning depends on: one generation. */
export interface PlanInput extends PlanningSchemas, IsolateInput {
  readonly planner: QueryPlanner;
}

/** A plan with what it leaves out. */
export interface Planned {
  readonly plan: OperationPlan;
  readonly rewritten: Rewritten;
  /** Personal fields that are not fetched, since they cannot be fetched apart from others': `Type.field`. */
  readonly withheld: ReadonlySet<string>;
}

/**
 * Plans an operation so that the failure of a denied field nulls nothing else: fields that cannot be fetched apart
 * are withheld, unless all whom they are about are known to permit them.
 *
 * @param granted coordinates of fields that everybody permits.
 * @throws a refusal with `OPERATION_NOT_SUPPORTED`, and what the planner throws; its words may name fields, never values.
 */
export function planOperation(
  input: PlanInput,
  rewrite: (withheld: ReadonlySet<string>) => Rewritten,
  granted: ReadonlySet<string>,
): Planned {
  const { apiSchema, shapingSchema, graphqlSchema, supergraphSchema } = input;
  const withheld = new Set<string>();
  for (;;) {
    const rewritten = rewrite(withheld);
    const { operation } = rewritten;
    const document = { kind: Kind.DOCUMENT as const, definitions: [operation] };
    const planned = input.planner.buildQueryPlan(operationFromDocument(apiSchema, document));
    const { queryPlan, apart, together } = isolate(input, planned);
    const found = [...together].filter((coordinate) => !granted.has(coordinate));
    const more = found.filter((coordinate) => !withheld.has(coordinate));
    if (more.length === 0) {
      refuseNeeded(input.supergraph, found);
      const plan = { shapingSchema, graphqlSchema, supergraphSchema, operation, queryPlan, apart };
      return { plan, rewritten, withheld };
    }
    for (const coordinate of more) withheld.add(coordinate);
  }
}

/** What the planner still fetches for itself may be a key, by which subgraphs know an object, and nothing else. */
function refuseNeeded(supergraph: Supergraph, coordinates: readonly string[]): void {
  const needed = coordinates.filter((coordinate) => {
    const [type = '', field = ''] = coordinate.split('.');
    return !supergraph
      .subgraphs()
      .values()
      .some((subgraph) => isKeyField(subgraph, type, field));
  });
  if (needed.length === 0) return;
  throw refusal(
    'OPERATION_NOT_SUPPORTED',
    `${needed.join(', ')}: needed by another subgraph, personal and non-null, and cannot be fetched apart from ` +
      'what is not personal. Make it nullable, or give its type a key.',
  );
}
