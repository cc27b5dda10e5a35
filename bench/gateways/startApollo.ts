import { readFile } from 'node:fs/promises';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import type { GraphQLSchema } from 'graphql';
import type { Hosted } from './hostGateway.ts';

const QUIET = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message: unknown) => void process.stderr.write(`${String(message)}\n`),
};

/**
 * Starts Apollo Server with Apollo Gateway over a supergraph's file.
 *
 * @param plugins are given a look-up of the API schema, there once the server has started.
 */
export async function startApollo(
  supergraph: string,
  plugins: (schema: () => GraphQLSchema) => ApolloServerPlugin[],
): Promise<Hosted> {
  let schema: GraphQLSchema | null = null;
  const gateway = new ApolloGateway({ supergraphSdl: await readFile(supergraph, 'utf8'), logger: QUIET });
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    schema = apiSchema;
  });
  const server = new ApolloServer({
    gateway,
    logger: QUIET,
    stopOnTerminationSignals: false,
    plugins: plugins(() => {
      if (schema === null) throw new Error('No schema is loaded.');
      return schema;
    }),
  });
  const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
  return { url, close: async () => await server.stop() };
}
