import { RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer, HeaderMap } from '@apollo/server';
import responseCache from '@apollo/server-plugin-response-cache';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identifyByHeaders, loadPolicy, sudare, type Sudare } from '../../gateway/index.ts';
import { startGateway, type TestGateway, type TestState } from '../gatewayHarness.ts';
import { EMAIL } from './world.ts';

const HINTS = `
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  enum CacheControlScope { PUBLIC PRIVATE }
`;

/** Who has consented; changed by tests, as people do. */
const states: Record<string, TestState> = {};

let behind: TestGateway;
let asked = 0;

/** The subgraphs and the consent source of a gateway of our own, which then is not used itself. */
beforeAll(async () => {
  behind = await startGateway({
    states,
    subgraphs: [
      {
        name: 'accounts',
        typeDefs: `
          ${HINTS}
          type Query { me: User @cacheControl(maxAge: 1000, scope: PUBLIC) }
          type User @key(fields: "id") @personal(subject: ["id"]) @cacheControl(maxAge: 1000, scope: PUBLIC) {
            id: ID!
            label: String @cacheControl(maxAge: 1000, scope: PUBLIC)
            email: String! @personal(category: "contact.email") @cacheControl(maxAge: 1000, scope: PUBLIC)
          }
        `,
        resolvers: {
          Query: {
            me: () => {
              asked += 1;
              return { id: '2', label: 'two', email: 'canary-email-2@example.com' };
            },
          },
          User: { __resolveReference: () => ({ id: '2', email: 'canary-email-2@example.com' }) },
        },
      },
    ],
  });
});

afterAll(async () => await behind.close());

/** Hints as a subgraph's own server writes them on its answers. */
class Hinted extends RemoteGraphQLDataSource {
  override async process(options: Parameters<RemoteGraphQLDataSource['process']>[0]) {
    const response = await super.process(options);
    // What `respond` does where a subgraph says "cache-control: max-age=1000, public".
    if ('incomingRequestContext' in options) {
      options.incomingRequestContext.overallCachePolicy?.restrict({ maxAge: 1000, scope: 'PUBLIC' });
    }
    return response;
  }
}

type Installed = 'before ours' | 'after ours' | 'without ours';

interface Embedded {
  readonly server: ApolloServer;
  readonly instance: Sudare;
  /** What the server keeps, by key. */
  readonly kept: ReadonlyMap<string, string>;
}

async function embed(installed: Installed): Promise<Embedded> {
  const instance = sudare({
    supergraph: { sdl: behind.supergraph },
    policy: await loadPolicy('policies/crowdworks/policy.yaml'),
    identify: identifyByHeaders,
    consent: { url: behind.consentUrl, callerKey: null, redis: null, timeoutMs: 5_000 },
    auditSink: { append: async () => await Promise.resolve() },
    logger: pino({ enabled: false }),
    stamp: 'waived',
    disclosure: 'collapsed',
    // Else it takes an answer without the header for one that nobody may keep, whatever is hinted.
    buildService: ({ url }) => new Hinted({ url, honorSubgraphCacheControlHeader: false }),
  });
  const kept = new Map<string, string>();
  // Everybody is in one session, so that private answers would be shared as well.
  const theirs = responseCache({ sessionId: async () => await Promise.resolve('one') });
  const plugins = { 'before ours': [theirs, instance.plugin], 'after ours': [instance.plugin, theirs] };
  const server = new ApolloServer({
    gateway: instance.gateway,
    cache: {
      get: async (key) => await Promise.resolve(kept.get(key)),
      set: async (key, value) => void (await Promise.resolve(kept.set(key, value))),
      delete: async (key) => await Promise.resolve(kept.delete(key)),
    },
    plugins: installed === 'without ours' ? [theirs] : plugins[installed],
  });
  await server.start();
  return { server, instance, kept };
}

async function ask({ server, instance }: Embedded, query: string, caller: Readonly<Record<string, string>>) {
  const headers = new HeaderMap(Object.entries({ 'content-type': 'application/json', ...caller }));
  const answer = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body: { query } },
    context: async () => await instance.contextFor(headers),
  });
  if (answer.body.kind !== 'complete') throw new Error('Expected a whole answer.');
  return { text: answer.body.string, headers: answer.headers };
}

const SUPPORT = { 'x-client-id': 'support-desk', 'x-purpose': 'service.support' };
const MARKETING = { 'x-client-id': 'mail-campaign', 'x-purpose': 'marketing.recommendation' };
const NOBODY = { 'x-client-id': 'support-desk' };
const SHOWN = 'canary-email-2';

describe.each(['before ours', 'after ours', 'without ours'] as const)(
  'a response cache of Apollo Server, installed %s',
  (installed) => {
    let embedded: Embedded;

    beforeAll(async () => (embedded = await embed(installed)));
    afterAll(async () => await embedded.server.stop());

    it('serves what one caller was shown to nobody else', async () => {
      const query = '{ me { email } }';
      expect((await ask(embedded, query, SUPPORT)).text).toContain(SHOWN);
      expect((await ask(embedded, query, NOBODY)).text).toContain(EMAIL);
      expect((await ask(embedded, query, MARKETING)).text).toContain(EMAIL);
      expect((await ask(embedded, query, SUPPORT)).text).toContain(SHOWN);
    });

    it('serves nothing after a withdrawal', async () => {
      const query = '{ me { id email } }';
      states['user:2'] = { entries: [{ purpose: 'marketing.recommendation', state: 'GIVEN' }] };
      expect((await ask(embedded, query, MARKETING)).text).toContain(SHOWN);
      states['user:2'] = {
        entries: [{ purpose: 'marketing.recommendation', state: 'WITHDRAWN', at: '2026-02-01T00:00:00Z' }],
      };
      expect((await ask(embedded, query, MARKETING)).text).not.toContain(SHOWN);
    });

    it.each(['{ me { email } }', '{ me { id label } }', '{ __typename }'])(
      'keeps nothing, and subgraphs are asked anew: %s',
      async (query) => {
        const before = asked;
        for (const caller of [SUPPORT, SUPPORT, NOBODY]) {
          const { headers } = await ask(embedded, query, caller);
          expect(headers.get('cache-control')).toMatch(/^(private, )?no-store$/);
          expect(headers.get('age')).toBeUndefined();
        }
        expect(asked - before).toBe(query.includes('me {') ? 3 : 0);
        expect([...embedded.kept.keys()].filter((key) => key.startsWith('fqc:'))).toEqual([]);
      },
    );
  },
);
