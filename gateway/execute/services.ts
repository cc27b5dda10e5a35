import type { GraphQLDataSource } from '@apollo/gateway';

/** Whoever wrote it, it is a data source as `ApolloGateway` has them. */
export interface DataSource extends GraphQLDataSource {
  /** It changes nothing of what it is given, so that several may be given the same. */
  readonly leavesRequests?: true;
}

/** The data sources of one generation, by subgraph name. */
export interface Services {
  readonly [name: string]: DataSource;
}

/** One subgraph of a supergraph: its name and routing URL, the latter after any override. */
export interface ServiceDefinition {
  readonly name: string;
  readonly url: string;
}
