import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Pool } from 'undici';
import { recordedCalls, type RecordedCall } from '../recordedCalls.ts';
import { hostGateway } from './hostGateway.ts';

// What no gateway in Node can beat by much: it makes the calls that a plan makes, in their order, parses each answer
// and prints one of the right size. It plans, merges, shapes and checks nothing, and its requests are ready-made.

await hostGateway(async ({ calls }) => {
  const known = new Map(
    recordedCalls.parse(JSON.parse(await readFile(calls, 'utf8'))).map((one) => [one.request, one]),
  );
  const pools = new Map<string, Pool>();
  const poolOf = (url: string): Pool => {
    const { origin } = new URL(url);
    const pool = pools.get(origin) ?? new Pool(origin, { connections: 128 });
    pools.set(origin, pool);
    return pool;
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked = known.get(Buffer.concat(chunks).toString('utf8'));
      const fetched = async (): Promise<void> => {
        if (asked === undefined) throw new Error('A request that was not recorded.');
        for (const stage of asked.stages)
          await Promise.all(stage.map(async (one) => await call(poolOf(one.url), one)));
        response.setHeader('content-type', 'application/json; charset=utf-8');
        response.end(JSON.stringify(asked.answer));
      };
      fetched().catch((error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        response.destroy();
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  return {
    url: `http://127.0.0.1:${address.port}/graphql`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await Promise.all([...pools.values()].map(async (pool) => await pool.destroy()));
    },
  };
});

const HEADERS = { 'content-type': 'application/json', accept: 'application/json' };

async function call(pool: Pool, { url, body }: RecordedCall): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    pool.dispatch(
      { method: 'POST', path: new URL(url).pathname, headers: HEADERS, body },
      {
        onRequestStart: () => undefined,
        onResponseStart: () => undefined,
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd: () => {
          const [first] = chunks;
          const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
          resolve(JSON.parse(bytes.toString('utf8')));
        },
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}
