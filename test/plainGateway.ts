import '../gateway/telemetryOff.ts';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { sendTo, type TestAnswer, type TestRequest } from './gatewayHarness.ts';

/** A plain `ApolloGateway` over real HTTP, to compare with. It takes annotations for any other directive. */
export interface PlainGateway {
  readonly url: string;
  readonly send: (request: TestRequest) => Promise<TestAnswer>;
  readonly close: () => Promise<void>;
}

/** Starts one over the subgraphs that a supergraph names. */
export async function startPlainGateway(supergraph: string): Promise<PlainGateway> {
  const quiet = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  const server = new ApolloServer({
    gateway: new ApolloGateway({ supergraphSdl: supergraph, logger: quiet }),
    logger: quiet,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
  });
  const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
  return {
    url,
    send: async (request) => await sendTo(url, request),
    close: async () => await server.stop(),
  };
}
