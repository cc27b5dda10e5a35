import type { GraphQLDataSource } from '@apollo/gateway';

/** The data sources of one generation, by subgraph name. */
export interface Services {
  readonly [name: string]: GraphQLDataSource;
}

/** One subgraph of a supergraph: its name and routing URL, the latter after any override. */
export interface ServiceDefinition {
  readonly name: string;
  readonly url: string;
}
