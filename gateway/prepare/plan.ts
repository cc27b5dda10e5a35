import { operationFromDocument, type Schema } from '@apollo/federation-internals';
import type { QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { Kind, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { refusal } from '../errors.ts';
import type { Step } from '../execute/step.ts';
import { compileSteps } from './compileSteps.ts';
import { isolate, type IsolateInput } from './isolate.ts';
import { keyRenames, type KeyRenames } from './keyRenames.ts';
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
  /** Without renames of keys, which are `renames`. */
  readonly queryPlan: QueryPlan;
  /** The same, compiled; `null`: there is nothing to fetch. */
  readonly steps: Step | null;
  readonly renames: KeyRenames['renames'];
  /** Operations that fetch single fields: of the objects on the way, a null says nothing and is left out. */
  readonly apart: ReadonlyMap<DocumentNode, ReadonlySet<string>>;
  /** Operations that may not be sent for every object at their path, because of a value that is denied. */
  readonly unsure: ReadonlySet<DocumentNode>;
}

/** What planning depends on: one generation. */
export interface PlanInput extends PlanningSchemas, IsolateInput {
  readonly planner: QueryPlanner;
  /** Fields that are part of some key, `Type.field`; see `keyFields`. */
  readonly keyFields: ReadonlySet<string>;
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
  const needed = new Set<string>();
  for (;;) {
    const rewritten = rewrite(withheld);
    const { operation } = rewritten;
    const document = { kind: Kind.DOCUMENT as const, definitions: [operation] };
    const planned = input.planner.buildQueryPlan(operationFromDocument(apiSchema, document));
    const { queryPlan: isolated, apart, unsure, together } = isolate(input, planned);
    const found = [...together].filter((coordinate) => !granted.has(coordinate) && !needed.has(coordinate));
    if (found.length === 0) {
      const { queryPlan, renames } = keyRenames(isolated);
      const schemas = { shapingSchema, graphqlSchema, supergraphSchema };
      const steps = compileSteps({ queryPlan, operation, schema: supergraphSchema, apart, renames, unsure });
      return {
        plan: { ...schemas, operation, queryPlan, steps, renames, apart, unsure },
        rewritten,
        withheld,
      };
    }
    for (const coordinate of found) {
      if (!withheld.has(coordinate)) withheld.add(coordinate);
      else {
        needed.add(coordinate);
        // Withheld where it is personal, it is found below other objects, of which it may be fetched.
        if (isPersonalBelow(input, coordinate)) continue;
        // It is fetched whatever the client asks for, so that leaving it out protects nothing.
        refuseUnlessKey(input.keyFields, coordinate);
        withheld.delete(coordinate);
      }
    }
  }
}

/** Whether a field is personal below some objects only. */
function isPersonalBelow({ rules }: PlanInput, coordinate: string): boolean {
  const [type = '', field = ''] = coordinate.split('.');
  return rules.field(type, field) === null;
}

/** What the planner fetches for itself may be a key, by which subgraphs know an object, and nothing else. */
function refuseUnlessKey(keyFields: ReadonlySet<string>, coordinate: string): void {
  if (keyFields.has(coordinate)) return;
  throw refusal(
    'OPERATION_NOT_SUPPORTED',
    `${coordinate}: needed by another subgraph, personal and non-null, and cannot be fetched apart from ` +
      'what is not personal. Make it nullable, or give its type a key.',
  );
}
