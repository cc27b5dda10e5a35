import { once } from 'node:events';
import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { startRedis } from '../harness.ts';
import { startRedisCluster } from '../redisCluster.ts';

const PURPOSE = 'marketing.recommendation';

const people = {
  name: 'people',
  typeDefs: `
    type Query { people(first: Int!): [Person!]! }
    type Person @key(fields: "id") @personal(subject: ["id"]) {
      id: ID!
      email: String @personal(category: "contact.email")
      name: String @personal(category: "identity.name")
      friend: Person
    }`,
  resolvers: {
    Query: {
      people: (_: unknown, { first }: { first: number }) =>
        Array.from({ length: first }, (__, n) => person(n)),
    },
  },
};

function person(n: number): object {
  return { id: `p${n}`, email: `${n}@mail.example`, name: `Name ${n}`, friend: () => person(n + 1) };
}

/** Everybody consents, and what was read may be kept. */
async function startSource(): Promise<{ url: string; asked: () => number; stop: () => void }> {
  const bodySchema = z.object({ variables: z.object({ subjects: z.array(z.string()) }) });
  const at = '2026-01-02T00:00:00Z';
  const entries = [{ purpose: PURPOSE, recipient: null, state: 'GIVEN', at, expiresAt: null }];
  let asked = 0;
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const { subjects } = bodySchema.parse(JSON.parse(text)).variables;
      asked += subjects.length;
      const states = subjects.map((subject) => ({
        subject,
        suspended: false,
        lastServiceUse: at,
        collectionMethods: [],
        entries,
      }));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ data: { _consentStates: { leaseMs: 600_000, states } } }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  return {
    url: `http://127.0.0.1:${address.port}/graphql`,
    asked: () => asked,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Servers of Redis, with what the test asks each of them. */
interface Servers {
  readonly url: string;
  readonly admins: readonly Redis[];
}

async function startServers(
  kind: 'one Redis' | 'a Cluster of three',
  stack: AsyncDisposableStack,
): Promise<Servers> {
  if (kind === 'a Cluster of three') {
    const cluster = await startRedisCluster();
    stack.defer(async () => await cluster.stop());
    return { url: cluster.url, admins: cluster.primaries.map(({ admin }) => admin) };
  }
  const server = await startRedis();
  stack.defer(async () => await server.stop());
  const admin = new Redis(server.url);
  stack.defer(() => admin.disconnect());
  return { url: server.url, admins: [admin] };
}

/** The access record goes to a stream, on a connection of its own and after the answer. */
const OF_THE_RECORD = /^(multi|xadd|exec|memory.*|cluster.*|info)$/;

describe.each(['one Redis', 'a Cluster of three'] as const)(
  'a request whose subjects are all in the consent cache on %s',
  (kind) => {
    const stack = new AsyncDisposableStack();
    let source: Awaited<ReturnType<typeof startSource>>;
    let gateway: TestGateway;
    let servers: Servers;

    beforeAll(async () => {
      servers = await startServers(kind, stack);
      source = await startSource();
      stack.defer(() => source.stop());
      gateway = await startGateway({
        subgraphs: [people],
        override: {
          consent: {
            url: source.url,
            callerKey: null,
            redis: { url: servers.url, keySecret: Buffer.alloc(32, 'k') },
            timeoutMs: 20_000,
          },
        },
      });
      stack.defer(async () => await gateway.close());
    }, 60_000);
    afterAll(async () => await stack.disposeAsync());

    const ask = async (first: number): Promise<unknown> => {
      const query = `query People($first: Int!) { people(first: $first) { id email name friend { id email } } }`;
      const answer = await gateway.send({
        query,
        variables: { first },
        client: 'mail-campaign',
        purpose: PURPOSE,
      });
      expect(answer.errors).toEqual([]);
      return answer.data;
    };

    /** Commands that each server was sent for consents since the last call. */
    const called = async (): Promise<readonly string[]> =>
      await Promise.all(
        servers.admins.map(async (admin) => {
          const info = await admin.info('commandstats');
          await admin.config('RESETSTAT');
          return [...info.matchAll(/^cmdstat_(.+?):calls=(\d+)/gm)]
            .map(([, name = '', calls]) => ({ name, calls: Number(calls) }))
            .filter(({ name }) => !OF_THE_RECORD.test(name) && !name.startsWith('config'))
            .map(({ name, calls }) => `${name} ${calls}`)
            .sort()
            .join(', ');
        }),
      );

    it.each(kind === 'one Redis' ? [1, 200, 5_000] : [1, 200, 1_000])(
      'makes one round trip to Redis for %d and their friends',
      async (first) => {
        // The gateway's connections may be a moment away, and what comes before them goes to the source. Where one was
        // just made, or made anew, that stands among the commands, too.
        const isMget = kind === 'one Redis';
        const areAsked = (each: string): boolean =>
          each === '' || (isMget ? /^mget \d+$/ : /^get \d+, time \d+$/).test(each);
        let asked = -1;
        let commands: readonly string[] = [];
        let data: unknown;
        for (
          let attempt = 0;
          (source.asked() !== asked || !commands.every(areAsked)) && attempt < 20;
          attempt += 1
        ) {
          asked = source.asked();
          await called();
          data = await ask(first);
          commands = await called();
        }

        expect(source.asked()).toBe(asked);
        if (isMget) {
          expect(commands).toEqual(['mget 1']);
        } else {
          // A node is asked for its time once in what it is sent, then for each of its subjects.
          const gets = commands.map((each) =>
            Number(/^get (\d+), time 1$/.exec(each)?.[1] ?? (each === '' ? 0 : NaN)),
          );
          expect(gets.reduce((sum, count) => sum + count, 0)).toBe(first + 1);
        }
        expect(data).toEqual({
          people: Array.from({ length: first }, (_, n) => ({
            id: `p${n}`,
            email: `${n}@mail.example`,
            name: `Name ${n}`,
            friend: { id: `p${n + 1}`, email: `${n + 1}@mail.example` },
          })),
        });
      },
    );
  },
);
