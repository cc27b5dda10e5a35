import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { IntrospectAndCompose, LocalGraphQLDataSource, type SupergraphManager } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import {
  identifyByHeaders,
  loadPolicy,
  sudare,
  type Sudare,
  type SudareOptions,
  type SupergraphSource,
} from '../../gateway/index.ts';
import { composeTest, HEADER } from '../gatewayHarness.ts';

const people = {
  name: 'people',
  typeDefs: `
    type Query { person: Person }
    type Person @key(fields: "id") @personal(subject: ["id"]) {
      id: ID!
      email: String @personal(category: "contact.email")
      plan: String
    }
  `,
};
const schema = buildSubgraphSchema({
  typeDefs: parse(HEADER + people.typeDefs),
  resolvers: { Query: { person: () => ({ id: '1', email: 'ada@example.com', plan: 'free' }) } },
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function optionsOf(supergraph: SupergraphSource): Promise<SudareOptions> {
  return {
    supergraph,
    policy: await loadPolicy('policies/crowdworks/policy.yaml'),
    identify: identifyByHeaders,
    consent: { url: null, callerKey: null, redis: null, timeoutMs: 1_000 },
    auditSink: { append: async () => await Promise.resolve() },
    logger: pino({ enabled: false }),
    stamp: 'waived',
    disclosure: 'collapsed',
  };
}

async function embed(options: Partial<SudareOptions> & Pick<SudareOptions, 'supergraph'>) {
  const instance = sudare({ ...(await optionsOf(options.supergraph)), ...options });
  const server = new ApolloServer({ gateway: instance.gateway, plugins: [instance.plugin] });
  closing.push(async () => await server.stop());
  await server.start();
  return { server, instance };
}

async function ask(server: ApolloServer, { contextFor }: Sudare, query: string) {
  const headers = new Map([['x-client-id', 'support-desk']]);
  const contextValue = await contextFor(headers);
  const response = await server.executeOperation({ query }, { contextValue });
  if (response.body.kind !== 'single') throw new Error('Expected a single answer.');
  return { result: response.body.singleResult, headers: response.http.headers };
}

describe('sudare in an Apollo Server of one’s own', () => {
  it('takes data sources written for ApolloGateway, and masks what they return', async () => {
    const { server, instance } = await embed({
      supergraph: { sdl: composeTest([people]) },
      buildService: () => new LocalGraphQLDataSource(schema),
    });
    const { result, headers } = await ask(server, instance, '{ person { email plan } }');
    expect(result.data).toEqual({ person: { email: '█████@masked.invalid', plan: 'free' } });
    expect(headers.get('cache-control')).toBe('private, no-store');
    expect(headers.get('vary')).toMatch(/authorization.*x-client-id.*x-purpose.*x-recipient/);
  });

  it('tells no values and suggests no names where a request is wrong', async () => {
    const { server, instance } = await embed({ supergraph: { sdl: composeTest([people]) } });
    const { result } = await ask(server, instance, '{ person { emai(for: "canary") } }');
    expect(result.errors).toMatchObject([
      {
        message: 'Cannot query field "emai" on type "Person".',
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ]);
    expect(JSON.stringify(result)).not.toMatch(/canary|stacktrace/);
  });

  it('puts a supergraph that comes later under the policy in force', async () => {
    const later: { update?: (sdl: string) => void } = {};
    const { server, instance } = await embed({
      supergraph: {
        manager: {
          initialize: async (options) => {
            later.update = (sdl) => options.update(sdl);
            return await Promise.resolve({ supergraphSdl: composeTest([people]) });
          },
        },
      },
      buildService: () => new LocalGraphQLDataSource(schema),
    });
    const policy = await loadPolicy('policies/crowdworks/policy.yaml');
    const query = '{ person { plan } }';
    expect((await ask(server, instance, query)).result.data).toEqual({ person: { plan: 'free' } });
    instance.setPolicy({ ...policy, clients: new Map() });
    later.update?.(composeTest([people]).replace('http://people.invalid', 'http://people.example'));
    expect((await ask(server, instance, query)).result.errors).toMatchObject([
      { extensions: { code: 'CLIENT_UNKNOWN' } },
    ]);
  });

  it('takes a supergraph manager of @apollo/gateway, and keeps the old supergraph where a new one is refused', async () => {
    let typeDefs = HEADER + people.typeDefs;
    const url = await serveSubgraph(() => typeDefs);
    const { server, instance } = await embed({
      supergraph: {
        manager: new IntrospectAndCompose({ subgraphs: [{ name: 'people', url }], pollIntervalInMs: 50 }),
      },
    });
    const query = '{ person { email plan } }';
    expect((await ask(server, instance, query)).result.data).toEqual({
      person: { email: '█████@masked.invalid', plan: 'free' },
    });

    // An annotation that binds nothing cannot be enforced.
    typeDefs = typeDefs.replace('plan: String', 'plan: String @purpose(deny: ["marketing"])');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await ask(server, instance, query)).result.data).toMatchObject({ person: { plan: 'free' } });

    typeDefs = typeDefs.replace(
      'plan: String @purpose(deny: ["marketing"])',
      'plan: String @personal(category: "usage.content")',
    );
    await expect
      .poll(async () => (await ask(server, instance, query)).result.data, { timeout: 5_000 })
      .toMatchObject({ person: { plan: '█████' } });
  });

  it('refuses to start on a supergraph that is none', async () => {
    await expect(embed({ supergraph: { sdl: 'type Query { a: Int }' } })).rejects.toThrow(
      /composed supergraph/,
    );
    closing.length = 0;
  });

  it('ends a supergraph manager whose supergraph it refuses', async () => {
    let cleanedUp = 0;
    const manager: SupergraphManager = {
      initialize: async () =>
        await Promise.resolve({
          supergraphSdl: 'type Query { a: Int }',
          cleanup: async () => {
            cleanedUp += 1;
            await Promise.resolve();
          },
        }),
    };
    await expect(embed({ supergraph: { manager } })).rejects.toThrow(/composed supergraph/);
    closing.length = 0;
    expect(cleanedUp).toBe(1);
  });
});

describe('a stop', () => {
  const CANARY = 'canary-7f3a';
  const rejecting = async (): Promise<never> => await Promise.reject(new RangeError(CANARY));

  const rows: readonly {
    name: string;
    source: () => Promise<void>;
    cleanup: () => Promise<void>;
    failed: readonly string[];
  }[] = [
    {
      name: 'a consent source that cannot be closed',
      source: rejecting,
      cleanup: async () => undefined,
      failed: ['consent'],
    },
    {
      name: 'a consent source that throws at once',
      source: () => {
        throw new RangeError(CANARY);
      },
      cleanup: async () => undefined,
      failed: ['consent'],
    },
    {
      name: 'a supergraph manager that cannot be ended',
      source: async () => undefined,
      cleanup: rejecting,
      failed: ['supergraph'],
    },
    {
      name: 'both',
      source: async () => await Promise.reject(new TypeError('the later one')),
      cleanup: rejecting,
      failed: ['supergraph', 'consent'],
    },
  ];
  it.each(rows)('keeps the record whatever fails, and tells of it: $name', async (row) => {
    const kept: string[] = [];
    const logged: string[] = [];
    const instance = sudare({
      ...(await optionsOf({ manager: managerOf(composeTest([people]), row.cleanup) })),
      buildService: () => new LocalGraphQLDataSource(schema),
      consent: {
        url: null,
        source: { read: rejecting, close: row.source },
        callerKey: null,
        redis: null,
        timeoutMs: 1_000,
      },
      // What is to be recorded waits far longer than the test does.
      audit: { mode: 'best-effort', flushMs: 60_000 },
      auditSink: { append: async (lines) => void kept.push(...lines) },
      logger: pino({ base: null }, { write: (line) => void logged.push(line) }),
    });
    const server = new ApolloServer({ gateway: instance.gateway, plugins: [instance.plugin] });
    await server.start();
    await ask(server, instance, '{ person { email } }');
    expect(kept).toEqual([]);

    await expect(server.stop()).rejects.toThrow(RangeError);
    expect(kept.join('')).toContain('contact.email');
    const told = logged.filter((line) => line.includes('could not be closed'));
    expect(told.map((line) => JSON.parse(line))).toMatchObject(
      row.failed.map((what) => ({ what, level: 50, error: expect.stringMatching(/Error$/) })),
    );
    expect(logged.join('')).not.toContain(CANARY);
  });
});

function managerOf(supergraphSdl: string, cleanup: () => Promise<void>): SupergraphManager {
  return { initialize: async () => await Promise.resolve({ supergraphSdl, cleanup }) };
}

/** A subgraph over HTTP that tells its SDL anew each time it is asked. */
async function serveSubgraph(sdl: () => string): Promise<string> {
  const server: Server = createServer((request, response) => {
    let body = '';
    response.setHeader('content-type', 'application/json');
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (body.includes('_service')) response.end(JSON.stringify({ data: { _service: { sdl: sdl() } } }));
      else {
        const source: unknown = JSON.parse(body);
        const query =
          typeof source === 'object' && source !== null && 'query' in source ? String(source.query) : '';
        void graphql({ schema, source: query }).then((answer) => response.end(JSON.stringify(answer)));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
    await Promise.resolve();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  return `http://127.0.0.1:${address.port}/graphql`;
}
