import { createServer } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Limits } from '../../../gateway/limits/limits.ts';
import { startGateway, type TestGateway } from '../../gatewayHarness.ts';

/** A gateway before a subgraph that takes 2 s for some fields. */
export interface SlowSubgraph {
  readonly gateway: TestGateway;
  readonly calls: { readonly timeout: string | undefined; outcome: 'asked' | 'answered' | 'cut off' }[];
  readonly until: (holds: () => boolean) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts both. */
export async function startSlowSubgraph(limits: Partial<Limits>): Promise<SlowSubgraph> {
  const calls: SlowSubgraph['calls'] = [];
  const server = createServer((request, response) => {
    const call: SlowSubgraph['calls'][number] = {
      timeout: request.headers['x-request-timeout']?.toString(),
      outcome: 'asked',
    };
    calls.push(call);
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const field = /\b(slow|fast|write)\b/.exec(text)?.[1] ?? '';
      const timer = setTimeout(
        () => {
          call.outcome = 'answered';
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify({ data: { [field]: 'done' } }));
        },
        field === 'fast' ? 0 : 2_000,
      );
      response.on('close', () => {
        clearTimeout(timer);
        if (call.outcome === 'asked') call.outcome = 'cut off';
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  const gateway = await startGateway({
    subgraphs: [
      {
        name: 'slow',
        typeDefs: 'type Query { slow: String, fast: String } type Mutation { write: String }',
      },
    ],
    override: { subgraphUrls: new Map([['slow', `http://127.0.0.1:${address.port}/`]]) },
    serving: { limits },
  });
  return {
    gateway,
    calls,
    async until(holds) {
      for (let waited = 0; waited < 10_000 && !holds(); waited += 10) await sleep(10);
      if (!holds()) throw new Error('It did not come to be in 10 s.');
    },
    async close() {
      await gateway.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
