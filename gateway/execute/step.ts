import type { OperationTypeNode, DocumentNode } from 'graphql';
import type { Context } from './contexts.ts';
import type { Reading } from './reading.ts';
import type { Requires } from './representations.ts';
import type { Rewrite } from './rewrites.ts';
import type { PathStep } from './rowsAt.ts';

/** A query plan, or a part of one, compiled once for all requests that are answered by it. Immutable. */
export type Step = SequenceStep | ParallelStep | FlattenStep | ConditionStep | FetchStep;

export interface SequenceStep {
  readonly kind: 'sequence';
  readonly steps: readonly Step[];
}

export interface ParallelStep {
  readonly kind: 'parallel';
  readonly steps: readonly Step[];
}

/** Goes on with the objects at a path. */
export interface FlattenStep {
  readonly kind: 'flatten';
  readonly path: readonly PathStep[];
  /** The same as errors tell it: keys, and `@` for every item of a list. */
  readonly errorPath: readonly string[];
  readonly step: Step;
}

export interface ConditionStep {
  readonly kind: 'condition';
  readonly variable: string;
  /** What holds where the variable is not given. */
  readonly byDefault: boolean;
  readonly ifTrue: Step | null;
  readonly ifFalse: Step | null;
}

/** One call of a subgraph. */
export interface FetchStep {
  readonly kind: 'fetch';
  readonly serviceName: string;
  /** What every call sends. */
  readonly request: { readonly query: string; readonly operationName?: string };
  readonly operationKind: OperationTypeNode;
  readonly document: DocumentNode;
  readonly variableUsages: readonly string[];
  /** What is sent of each object; `null`: it is no fetch of entities. */
  readonly requires: Requires | null;
  /** Variables that are not the client's: what objects above give. */
  readonly contexts: readonly Context[];
  /** What is read of the answer's data, or of each entity. */
  readonly reading: Reading;
  /** Of the data that was read: values that the plan sets. */
  readonly outputRewrites: readonly Rewrite[];
  /** `unsure`: a value that is denied may keep some objects from being asked about. */
  readonly about: 'sure' | 'unsure';
}
