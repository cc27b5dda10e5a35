import { once } from 'node:events';
import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { startRedis } from '../harness.ts';

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

describe('a request whose subjects are all in the consent cache', () => {
  const stack = new AsyncDisposableStack();
  let source: Awaited<ReturnType<typeof startSource>>;
  let gateway: TestGateway;
  let redis: Redis;

  beforeAll(async () => {
    const server = await startRedis();
    stack.defer(async () => await server.stop());
    source = await startSource();
    stack.defer(() => source.stop());
    redis = new Redis(server.url);
    stack.defer(() => redis.disconnect());
    gateway = await startGateway({
      subgraphs: [people],
      override: {
        consent: {
          url: source.url,
          callerKey: null,
          redis: { url: server.url, keySecret: Buffer.alloc(32, 'k') },
          timeoutMs: 20_000,
        },
      },
    });
    stack.defer(async () => await gateway.close());
  });
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

  /** How often each command was called since Redis started. */
  const called = async (): Promise<ReadonlyMap<string, number>> => {
    const info = await redis.info('commandstats');
    return new Map(
      [...info.matchAll(/^cmdstat_(.+?):calls=(\d+)/gm)].map(([, name = '', count]) => [name, Number(count)]),
    );
  };

  it.each([1, 200, 5_000])('makes one round trip to Redis for %d and their friends', async (first) => {
    // The gateway's connection may be a moment away, and what comes before it goes to the source.
    for (let attempt = 0, before = -1; source.asked() !== before && attempt < 20; attempt += 1) {
      before = source.asked();
      await ask(first);
    }

    const [before, askedBefore] = [await called(), source.asked()];
    const data = await ask(first);
    const after = await called();

    const commands = [...after]
      .map(([name, count]) => ({ name, calls: count - (before.get(name) ?? 0) }))
      .filter(({ name, calls }) => calls > 0 && name !== 'info');
    expect(commands).toEqual([{ name: 'mget', calls: 1 }]);
    expect(source.asked() - askedBefore).toBe(0);
    expect(data).toEqual({
      people: Array.from({ length: first }, (_, n) => ({
        id: `p${n}`,
        email: `${n}@mail.example`,
        name: `Name ${n}`,
        friend: { id: `p${n + 1}`, email: `${n + 1}@mail.example` },
      })),
    });
  });
});
