import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { hostGateway, type Hosted } from './hostGateway.ts';

// Hive Gateway with its query planner in Rust. Its packages are those of this folder's package.json alone, so they are
// imported by names that the type checker, which runs without them, does not follow.

/** What `createGatewayRuntime` returns. */
type Runtime = RequestListener & AsyncDisposable;

const runtimeModule = z.object({
  createGatewayRuntime: z.custom<(config: Readonly<Record<string, unknown>>) => Runtime>(isFunction),
});
const plannerModule = z.object({ unifiedGraphHandler: z.custom<unknown>(isFunction) });

await hostGateway(async ({ supergraph, deduplication }): Promise<Hosted> => {
  const { createGatewayRuntime } = runtimeModule.parse(await peer('@graphql-hive/gateway-runtime'));
  const { unifiedGraphHandler } = plannerModule.parse(await peer('@graphql-hive/router-runtime'));
  const isOn = deduplication === 'on';
  const gateway = createGatewayRuntime({
    supergraph: await readFile(supergraph, 'utf8'),
    unifiedGraphHandler,
    transports: { http: await peer('@graphql-mesh/transport-http') },
    transportEntries: { '*.http': { options: { deduplicateInflightRequests: isOn } } },
    inboundInflightRequestDeduplication: isOn,
    logging: false,
    landingPage: false,
    graphiql: false,
  });
  const server = createServer(gateway);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  return {
    url: `http://127.0.0.1:${address.port}/graphql`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await gateway[Symbol.asyncDispose]();
    },
  };
});

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

async function peer(name: string): Promise<object> {
  // A module's namespace has no prototype, which zod takes for no plain object.
  return { ...(await import(name)) };
}
