import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import type { OperationPlan } from '../prepare/plan.ts';
import type { Services } from './services.ts';

/** One run of a plan. */
export interface ExecuteInput {
  readonly plan: OperationPlan;
  readonly services: Services;
  /** By the names of the planned operation; judged and coerced already. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly requestContext: GatewayGraphQLRequestContext;
}

/** What was fetched, under the planned operation's keys, with every output nullable. */
export interface Fetched {
  readonly data: unknown;
  readonly errors: readonly SubgraphError[];
}

/** Something that went wrong while fetching. Its words may hold personal values and never leave the gateway. */
export interface SubgraphError {
  /** The subgraph's name; `null` where the failure is the gateway's own. */
  readonly subgraph: string | null;
  /**
   * `call`: there was no answer, whatever the data. `answer`: it stands in one, or is about one, and may be there
   * because of a value.
   */
  readonly from: 'call' | 'answer';
  /** Path in the fetched data; `@` stands for every item of a list. `null` where none was given. */
  readonly path: readonly (string | number)[] | null;
  /** For the log alone. */
  readonly cause: unknown;
}

/** Runs query plans. */
export type Executor = (input: ExecuteInput) => Promise<Fetched>;
