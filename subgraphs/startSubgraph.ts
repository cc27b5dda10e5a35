import { readFile } from 'node:fs/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLSchemaModule } from '@apollo/subgraph/dist/schema-helper/index.js';
import { parse } from 'graphql';
import { serveGraphql } from './serveGraphql.ts';
import type { RunningServer } from './serveGraphql.ts';

export type SubgraphResolvers = NonNullable<GraphQLSchemaModule['resolvers']>;

export interface SubgraphDefinition {
  readonly name: string;
  /** The subgraph's `schema.graphql`. */
  readonly schema: URL;
  readonly resolvers: SubgraphResolvers;
}

/** Where to listen; port 0 takes a free one. */
export interface ListenAt {
  readonly host: string;
  readonly port: number;
}

export interface RunningSubgraph extends RunningServer {
  readonly name: string;
}

/** Thousands of entities may be asked for at once. */
const MOST_BODY_BYTES = 10 * 1024 * 1024;

/**
 * Serves one subgraph of the marketplace. Like any subgraph it trusts its network: only the gateway may reach it.
 * @throws Error of `listen` (`EADDRINUSE`, `EACCES`, …) when it cannot have the port.
 */
export async function startSubgraph(
  { name, schema, resolvers }: SubgraphDefinition,
  { host, port }: ListenAt,
): Promise<RunningSubgraph> {
  const typeDefs = parse(await readFile(schema, 'utf8'));
  const server = await serveGraphql({
    schema: buildSubgraphSchema({ typeDefs, resolvers }),
    host,
    port,
    mostBodyBytes: MOST_BODY_BYTES,
  });
  return { name, ...server };
}
