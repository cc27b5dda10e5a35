import type { GraphQLDataSource } from '@apollo/gateway';
import type { Caller } from '../../policies/caller.ts';
import type { Generation } from '../generation.ts';

/** The data sources of one generation, by subgraph name. */
export interface Services {
  readonly [name: string]: GraphQLDataSource;
}

/** One subgraph of a supergraph: its name and routing URL, the latter after any override. */
export interface ServiceDefinition {
  readonly name: string;
  readonly url: string;
}

/** The data sources for one caller: the consent system's own is told who is calling. */
export type ServicesFor = (generation: Generation, caller: Caller) => Services;
